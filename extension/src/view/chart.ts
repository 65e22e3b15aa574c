import { runFigure } from 'gradoscope/figures';
import type { Config, Data, Layout, PlotlyHTMLElement } from 'plotly.js-dist';
import type { RunRecord } from 'gradoscope/run';
import { loadPlotly, type Plotly } from './plotly.js';
import type { Theme } from './theme.js';

/** Most points of a line that are drawn; every value of a run of up to this many steps is in the picture. */
const MAX_POINTS = 1000;
const CLEAR = 'rgba(0,0,0,0)';

/** A run's figure in an element of the page. */
export class Chart {
  #plotly: Plotly | undefined;
  /** Part of `uirevision`: counting it up gives up the reader's zoom. */
  #zoom = 0;
  #disposed = false;

  constructor(
    private readonly node: HTMLElement,
    private readonly theme: Theme,
    private readonly redraw: () => void,
  ) {}

  /** Draws `record`. @returns the number of points in the picture; undefined: there is no place for one now */
  async draw(record: RunRecord): Promise<number | undefined> {
    const plotly = (this.#plotly ??= await loadPlotly());
    const width = Math.floor(this.node.clientWidth);
    if (this.#disposed || width === 0) return undefined;
    const { dark } = this.theme;
    const { data, layout } = runFigure(record, { dark, width, maxPoints: MAX_POINTS });
    const { font, background } = this.theme.read(this.node);
    const fresh = this.node.firstChild === null;
    if (this.node.style.height !== `${layout.height}px`) this.node.style.height = `${layout.height}px`;
    await plotly.react(
      this.node,
      data as unknown as Data[],
      {
        ...layout,
        width,
        autosize: false,
        paper_bgcolor: CLEAR,
        plot_bgcolor: CLEAR,
        font: { ...layout.font, family: font },
        hoverlabel: { ...layout.hoverlabel, bgcolor: background },
        uirevision: `${layout.uirevision} ${this.#zoom}`,
        modebar: { bgcolor: CLEAR },
      } as unknown as Partial<Layout>,
      this.#config(plotly, record.id),
    );
    if (this.#disposed) plotly.purge(this.node);
    else if (fresh) (this.node as unknown as PlotlyHTMLElement).on('plotly_doubleclick', () => this.#reset());
    return data.reduce((points, { x }) => points + x.length, 0);
  }

  dispose(): void {
    this.#disposed = true;
    this.#plotly?.purge(this.node);
  }

  #reset(): void {
    this.#zoom++;
    this.redraw();
  }

  /** A small mode bar. Named buttons only, so that Plotly's upload to a cloud service is not among them. */
  #config(plotly: Plotly, id: string): Partial<Config> {
    const reset = {
      name: 'reset',
      title: 'Show everything',
      icon: plotly.Icons.home,
      click: () => this.#reset(),
    };
    return {
      displaylogo: false,
      showSendToCloud: false,
      displayModeBar: 'hover',
      doubleClick: false,
      modeBarButtons: [['zoom2d', 'pan2d', reset, 'toImage']],
      toImageButtonOptions: { format: 'png', filename: `run-${id}`, scale: 2 },
    } as unknown as Partial<Config>;
  }
}
