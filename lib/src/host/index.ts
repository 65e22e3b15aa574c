import type { RunControls, RunOutlet, RunRecord } from '../run/index.js';
import { NotebookOutlet } from './notebook.js';
import { TerminalOutlet } from './terminal.js';
import { currentHost } from './types.js';

export { chart } from './chart.js';
export type { Chart } from './chart.js';
export { currentHost } from './types.js';
export type {
  CellRef,
  Comm,
  CommMessage,
  Disposable,
  DisplayHandle,
  Host,
  MimeBundle,
  Shown,
  ShowOptions,
} from './types.js';

/** Opens the place where `record` shows itself: under the running cell in a notebook, else a line in the terminal. */
export function openOutlet(record: RunRecord, controls: RunControls): RunOutlet {
  const host = currentHost();
  return host === undefined ? new TerminalOutlet(record) : new NotebookOutlet(host, record, controls);
}
