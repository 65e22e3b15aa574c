import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookTracker, type INotebookModel, type NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { RunManager } from './kernel/manager.js';
import { NotebookKeeper } from './notebook/keeper.js';
import { RANK, rendererFactory } from './render/factory.js';
import { IRunManager } from './tokens.js';
import { Theme } from './view/theme.js';

export { IRunManager } from './tokens.js';
export type { ISessionRuns, RunLease } from './tokens.js';

/** Follows training runs in kernels. */
const manager: JupyterFrontEndPlugin<IRunManager> = {
  id: 'gradoscope-labextension:manager',
  description: 'Follows training runs in the kernels of open notebooks.',
  autoStart: true,
  provides: IRunManager,
  activate: () => new RunManager(),
};

/** Shows saved runs wherever outputs are shown. */
const renderer: JupyterFrontEndPlugin<void> = {
  id: 'gradoscope-labextension:renderer',
  description: 'Shows training runs in outputs that have no notebook around them.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [IThemeManager],
  activate: (_: JupyterFrontEnd, registry: IRenderMimeRegistry, themes: IThemeManager | null) => {
    registry.addFactory(rendererFactory(new Theme(themes)), RANK);
  },
};

/** Shows runs live in notebooks, and keeps them there when the page is loaded anew. */
const notebooks: JupyterFrontEndPlugin<void> = {
  id: 'gradoscope-labextension:notebooks',
  description: 'Shows training runs live in notebooks, and puts them back after a page reload.',
  autoStart: true,
  requires: [IRunManager, INotebookTracker],
  optional: [IThemeManager],
  activate: (
    _: JupyterFrontEnd,
    runs: IRunManager,
    tracker: INotebookTracker,
    themes: IThemeManager | null,
  ) => {
    const theme = new Theme(themes);
    const kept = new WeakSet<DocumentRegistry.IContext<INotebookModel>>();
    const add = (panel: NotebookPanel): void => {
      const { context, sessionContext, content } = panel;
      content.rendermime.addFactory(
        rendererFactory(theme, () => runs.of(sessionContext)),
        RANK,
      );
      if (kept.has(context)) return; // another view of the same notebook
      kept.add(context);
      new NotebookKeeper(context, runs.of(sessionContext));
    };
    tracker.forEach(add);
    tracker.widgetAdded.connect((_sender, panel) => add(panel));
  },
};

export default [manager, renderer, notebooks];
