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
