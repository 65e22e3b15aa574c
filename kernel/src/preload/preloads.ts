import Module, { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Declarations, Preload } from './types.js';

interface Entry {
  readonly file: string;
  readonly preload: Preload;
  loading: Promise<void> | undefined;
}

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;

/** The modules that the kernel spec asks for: loaded when a cell first needs them, one object a specifier in the process. */
export class Preloads {
  readonly #entries: readonly Entry[];
  /** What `load` gave, by specifier. It is read when the module is asked for, so that a getter may load it then. */
  readonly #modules = new Map<string, Readonly<Record<string, unknown>>>();

  /** @param files Absolute paths of CommonJS modules. @throws Error that names the file and what is wrong with it. */
  constructor(
    files: readonly string[],
    private readonly cwd: string,
  ) {
    this.#entries = files.map((file) => ({ file, preload: requirePreload(file), loading: undefined }));
    const loader = Module as unknown as { _load: Load };
    const load = loader._load;
    // Also for a `require` in the user's files and in other packages: there is one such module in the process.
    loader._load = (request, parent, isMain) =>
      this.get(request) ?? load.call(Module, request, parent, isMain);
  }

  /** Declaration files by specifier. */
  get types(): ReadonlyMap<string, string> {
    return this.#declarations(({ types }) => types);
  }

  /** The same, in one file each where there is one. */
  get bundles(): ReadonlyMap<string, string> {
    return this.#declarations(({ types, bundle }) => bundle ?? types);
  }

  #declarations(choose: (declarations: Declarations) => string | undefined): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const { preload } of this.#entries) {
      for (const [specifier, declarations] of Object.entries(preload.provides)) {
        const file = choose(declarations);
        if (file !== undefined) found.set(specifier, file);
      }
    }
    return found;
  }

  /** Specifiers of the modules that are there. */
  loaded(): readonly string[] {
    return [...this.#modules.keys()];
  }

  has(specifier: string): boolean {
    return this.#modules.has(specifier);
  }

  /** The module, which may be loaded by this; undefined: there is none. */
  get(specifier: string): unknown {
    return this.#modules.get(specifier)?.[specifier];
  }

  /** All import specifiers that are provided. */
  get specifiers(): readonly string[] {
    return this.#entries.flatMap(({ preload }) => Object.keys(preload.provides));
  }

  get files(): readonly string[] {
    return this.#entries.map((entry) => entry.file);
  }

  /**
   * Loads what a cell needs. A package or a file of the user's may import a provided module in its turn, so these
   * load everything; then a failure is left to the import itself.
   * @param imports The specifiers that the cell imports.
   */
  async prepare(imports: readonly string[]): Promise<void> {
    const foreign = imports.some((specifier) => specifier !== 'tslab' && !isBuiltin(specifier));
    if (!foreign) return;
    for (const entry of this.#entries) {
      const asked = imports.some((specifier) => Object.hasOwn(entry.preload.provides, specifier));
      try {
        await (entry.loading ??= this.#load(entry));
      } catch (error) {
        entry.loading = undefined;
        if (asked) throw error;
      }
    }
  }

  /** What may be done ahead while nothing else is to do; an entry that is loaded has nothing left. */
  get warmSteps(): readonly (() => unknown)[] {
    return this.#entries.flatMap((entry) =>
      (entry.preload.warm ?? []).map((step) => () => (entry.loading ? undefined : step({ cwd: this.cwd }))),
    );
  }

  /**
   * Notes the state before a cell. @returns Puts back what its interrupt has left half-way.
   * @param cell Id of its execute request; undefined: no cell runs.
   */
  guard(cell: string | undefined): () => void {
    const restore = this.#entries.map(({ preload, loading }) =>
      loading ? preload.guard?.(cell) : undefined,
    );
    return () => {
      for (const f of restore) f?.();
    };
  }

  async #load({ preload, file }: Entry): Promise<void> {
    const modules = await preload.load({ cwd: this.cwd });
    for (const specifier of Object.keys(preload.provides)) {
      if (!Object.hasOwn(modules, specifier))
        throw new Error(`The preload ${file} promises "${specifier}" but load() gave no such module.`);
      this.#modules.set(specifier, modules);
    }
  }
}

function requirePreload(file: string): Preload {
  if (!path.isAbsolute(file))
    throw new Error(`--preload is ${JSON.stringify(file)}; it must be an absolute path.`);
  let exported: unknown;
  try {
    exported = Module.createRequire(file)(file);
  } catch (error) {
    throw new Error(
      `--preload ${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const found = (exported as { default?: unknown }).default ?? exported;
  const { provides, load } = found as Partial<Preload>;
  if (typeof provides !== 'object' || typeof load !== 'function') {
    throw new Error(`--preload ${file} must export "provides" (an object) and "load" (a function).`);
  }
  return found as Preload;
}
