import { createRequire } from 'node:module';

/** The little of ECharts that is used here: an option in, SVG out. */
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

let loaded: ECharts | undefined;

/** Loads ECharts at its first use: it takes about 100 ms, which importing Gradoscope must not. */
export function echarts(): ECharts {
  loaded ??= createRequire(__filename)('echarts') as ECharts;
  return loaded;
}
