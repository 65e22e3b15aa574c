import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { runText } from 'gradoscope/figures';
import type { RunChange, RunModel } from '../model/run-model.js';
import { Chart } from './chart.js';
import { element } from './dom.js';
import { Frames } from './frames.js';
import { Header } from './header.js';
import type { Theme } from './theme.js';

/** Until a chart that had no place is tried again. */
const RETRY_MS = 100;

/**
 * A run on show: header line and chart, drawn from the model's record whenever that changes. Nothing is drawn while the view is
 * out of sight. What is on show can be read from data attributes: run, seq, points, live, status, series.
 */
export class RunView extends Widget {
  readonly #header: Header;
  readonly #plot = element('div', { class: 'jp-gradoscope-chart', role: 'img' });
  readonly #error = element('p', { class: 'jp-gradoscope-problem', role: 'alert', hidden: '' });
  readonly #chart: Chart;
  readonly #frames = new Frames(() => this.#draw());
  readonly #sight = new IntersectionObserver(
    (entries) => {
      this.#frames.awake = entries[entries.length - 1]?.isIntersecting ?? false;
    },
    { rootMargin: '200px' },
  );
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #size = new ResizeObserver(() => this.#frames.request());

  constructor(
    readonly model: RunModel,
    private readonly theme: Theme,
  ) {
    super();
    this.addClass('jp-gradoscope-view');
    this.node.setAttribute('role', 'group');
    this.node.dataset['gradoscopeRun'] = model.id;
    this.#header = new Header(model);
    this.#chart = new Chart(this.#plot, theme, () => this.#frames.request());
    this.node.append(this.#header.node, this.#error, this.#plot);
    model.changed.connect(this.#onChanged, this);
    theme.changed.connect(this.#onTheme, this);
    this.#onChanged();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.model.changed.disconnect(this.#onChanged, this);
    this.theme.changed.disconnect(this.#onTheme, this);
    this.#sight.disconnect();
    this.#size.disconnect();
    this.#frames.stop();
    clearTimeout(this.#timer);
    this.#chart.dispose();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#sight.observe(this.node);
    this.#size.observe(this.#plot);
    this.#frames.request();
  }

  protected override onBeforeDetach(message: Message): void {
    this.#sight.disconnect();
    this.#size.disconnect();
    this.#frames.awake = false;
    super.onBeforeDetach(message);
  }

  #onChanged(_?: RunModel, change: RunChange = 'record'): void {
    this.#frames.request();
    if (change !== 'record') this.#header.update();
  }

  #onTheme(): void {
    this.#frames.request();
  }

  /** While a style sheet is replaced, nothing has a width, and nothing tells when it has one again. */
  #retry(): void {
    clearTimeout(this.#timer);
    if (!this.isDisposed) this.#timer = setTimeout(() => this.#frames.request(), RETRY_MS);
  }

  async #draw(): Promise<void> {
    const { record, seq, live, synced } = this.model;
    if (record === undefined) return;
    this.#header.update();
    this.node.setAttribute('aria-label', `Training run ${record.header.name}`);
    try {
      const start = performance.now();
      // Read before drawing: the record may grow meanwhile, and the attributes say what the picture shows.
      const series = [...record.series.values()].map((s) => [
        s.spec.name,
        s.length,
        s.count,
        s.axis('step').at(-1) ?? null,
      ]);
      const points = await this.#chart.draw(record);
      if (points === undefined) return this.#retry();
      this.#plot.setAttribute('aria-label', runText(record));
      Object.assign(this.node.dataset, {
        seq: String(seq),
        points: String(points),
        live: String(live),
        synced: String(synced),
        status: record.header.status,
        series: JSON.stringify(series),
        drawMs: (performance.now() - start).toFixed(1),
      });
      this.#error.hidden = true;
    } catch (error) {
      this.#error.textContent = error instanceof Error ? error.message : String(error);
      this.#error.hidden = false;
    }
  }
}
