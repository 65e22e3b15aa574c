import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { PanelLayout, Widget } from '@lumino/widgets';
import { headerFromJson, RUN_MIME } from 'gradoscope/run';
import { RunModel } from '../model/run-model.js';
import type { ISessionRuns, RunLease } from '../tokens.js';
import { Problem } from '../view/problem.js';
import { RunView } from '../view/run-view.js';
import type { Theme } from '../view/theme.js';

/**
 * Shows the run in an output. `renderModel` may be called again at any time with a newer snapshot of the same run, or with
 * another run's.
 */
export class RunRenderer extends Widget implements IRenderMime.IRenderer {
  #lease: RunLease | undefined;
  #view: RunView | undefined;

  constructor(
    private readonly theme: Theme,
    private readonly runs?: ISessionRuns,
  ) {
    super();
    this.addClass('jp-gradoscope');
    this.layout = new PanelLayout();
  }

  async renderModel(mime: IRenderMime.IMimeModel): Promise<void> {
    const json = mime.data[RUN_MIME];
    try {
      const { id } = headerFromJson(json);
      const lease = this.#lease?.model.id === id ? this.#lease : this.#take(id);
      lease.model.load(json);
      if (this.#view === undefined || this.#view.model !== lease.model)
        this.#show(new RunView(lease.model, this.theme));
    } catch (error) {
      this.#giveBack();
      const text = mime.data['text/plain'];
      this.#show(new Problem(error, typeof text === 'string' ? text : undefined));
    }
  }

  override dispose(): void {
    if (this.isDisposed) return;
    super.dispose(); // the view first: it listens to the model
    this.#giveBack();
  }

  #take(id: string): RunLease {
    this.#giveBack();
    this.#lease = this.runs?.use(id) ?? ownLease(new RunModel(id));
    return this.#lease;
  }

  #giveBack(): void {
    this.#lease?.dispose();
    this.#lease = undefined;
  }

  #show(widget: RunView | Problem): void {
    const layout = this.layout as PanelLayout;
    for (const old of [...layout.widgets]) old.dispose();
    layout.addWidget(widget);
    this.#view = widget instanceof RunView ? widget : undefined;
  }
}

/** A model that nobody else shares and no kernel feeds. */
function ownLease(model: RunModel): RunLease {
  return {
    model,
    get isDisposed(): boolean {
      return model.isDisposed;
    },
    dispose: (): void => model.dispose(),
  };
}
