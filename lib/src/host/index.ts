import type { RunControls, RunOutlet, RunRecord } from '../run/index.js';
import { NotebookOutlet } from './notebook.js';
import { TerminalOutlet } from './terminal.js';
import { currentHost, type CellRef } from './types.js';

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

/**
 * Opens the place where `record` shows itself: under a cell in a notebook, else a line in the terminal.
 * @param cell default: the running one
 */
export function openOutlet(record: RunRecord, controls: RunControls, cell?: CellRef): RunOutlet {
  const host = currentHost();
  if (host === undefined) return new TerminalOutlet(record);
  return host.within(cell ?? host.cell(), () => new NotebookOutlet(host, record, controls));
}
