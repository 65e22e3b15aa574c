import type { Scope } from '../main/scope.js';
import type { Content } from '../wire/message.js';

/** What every engine is given by the kernel. */
export interface EngineOptions {
  /** The notebook's folder. */
  readonly cwd: string;
  /** `node_modules` folders that are searched after those of the working directory. */
  readonly roots: readonly string[];
  /** Declaration files (absolute) by import specifier; they win over any package. */
  readonly types: ReadonlyMap<string, string>;
  /** The same in one file each, for a compiler that takes it for every import of the specifier. Default: `types`. */
  readonly bundles?: ReadonlyMap<string, string>;
  /** What a cell's import of `id` gives before any package is looked for; undefined: look on. */
  readonly modules: (id: string, scope: Scope) => unknown;
  /** Runs what must not be terminated: it would leave the compiler's state in pieces. */
  readonly whole: <T>(f: () => T) => T;
  /** Variables of the running cell are not in their boxes at each moment: who terminates it puts them there. */
  readonly late?: () => void;
  /** What `display` of `import * as tslab from 'tslab'` shows. */
  readonly show: (content: { data: Content; metadata: Content; transient: Content }, update: boolean) => void;
  /** Modules that one object in the process stands for. */
  readonly provided?: Provided;
  /** What becomes of a cell with type errors: not run, or run after they are printed. Default `error`. */
  readonly typeErrors?: 'error' | 'warn';
}

export interface Provided {
  /** Specifiers of the modules that are there by now. */
  loaded(): readonly string[];
  has(specifier: string): boolean;
  /** The module, which may be loaded by this. */
  get(specifier: string): unknown;
}
