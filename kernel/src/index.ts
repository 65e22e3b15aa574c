/** What libraries and tools may rely on. */
export {
  HOST,
  type CellRef,
  type Comm,
  type CommMessage,
  type CommOptions,
  type Disposable,
  type DisplayHandle,
  type Host,
  type MimeBundle,
  type OpenComm,
} from './host/types.js';
export type { Preload } from './preload/types.js';
export { install, type InstallOptions } from './cli/install.js';

import { HOST } from './host/types.js';

/**
 * Clears the output of the running cell.
 * @param wait Clear only when the next output comes, which avoids flicker. Default false.
 * @throws Error outside of a Gradoscope kernel.
 */
export function clearOutput(wait = false): void {
  const host = (globalThis as { [HOST]?: { clearOutput(wait: boolean): void } })[HOST];
  if (!host) throw new Error('clearOutput works in a cell of a Gradoscope kernel only.');
  host.clearOutput(wait);
}
