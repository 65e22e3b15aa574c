/** The little of ECharts that is used here: an option in, SVG out. `#echarts` is where it comes from: node's file or the browser's. */
export interface ECharts {
  init(
    dom: null,
    theme: null,
    options: { renderer: 'svg'; ssr: true; width: number; height: number },
  ): {
    setOption(option: object): void;
    renderToSVGString(): string;
    dispose(): void;
  };
}
