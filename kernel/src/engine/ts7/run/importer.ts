import Module from 'node:module';
import path from 'node:path';
import type { Hooks } from '../../../main/context.js';
import type { Provided } from '../../options.js';
import type { ImportRequest } from '../syntax/module-edits.js';
import type { Settings } from '../syntax/settings.js';
import { Files } from './files.js';
import { namespaceOf } from './interop.js';
import { importFile, importFrom, provide } from './native-import.js';
import { codeOf, resolve, type Target } from './resolve.js';

/** A module's exports; a promise where it takes awaiting. */
export type Loaded = { readonly value: unknown } | Promise<{ readonly value: unknown }>;

export interface ImporterOptions {
  readonly cwd: string;
  readonly roots: readonly string[];
  /** What an import gives before any file is looked for; undefined: look on. */
  readonly given: (specifier: string) => unknown;
  /** Modules that are there already, for ES modules that import them. */
  readonly provided: Provided;
  readonly settings: () => Settings;
  readonly hooks: () => Hooks;
}

/** Gives cells, and the user's files, their modules. */
export class Importer {
  readonly files: Files;

  constructor(private readonly options: ImporterOptions) {
    this.files = new Files(this, options.settings, options.hooks);
  }

  /** The namespaces of imports, in order; at once when none takes awaiting. */
  loadAll(
    requests: readonly ImportRequest[],
    folder: string,
    from?: string,
  ): readonly unknown[] | Promise<readonly unknown[]> {
    const done: unknown[] = [];
    for (const [i, request] of requests.entries()) {
      const loaded = this.#request(request, folder, from);
      if (loaded instanceof Promise) return this.#rest(done, loaded, requests.slice(i + 1), folder, from);
      done.push(namespaceOf(loaded.value));
    }
    return done;
  }

  async #rest(
    done: unknown[],
    next: Promise<{ readonly value: unknown }>,
    requests: readonly ImportRequest[],
    folder: string,
    from: string | undefined,
  ): Promise<readonly unknown[]> {
    const { value } = await next;
    return [...done, namespaceOf(value), ...(await this.loadAll(requests, folder, from))];
  }

  #request(request: ImportRequest, folder: string, from: string | undefined): Loaded {
    const nothing = (error: unknown): { value: unknown } => {
      if (request.lenient && isMissing(error)) return { value: {} };
      throw error;
    };
    try {
      const loaded = this.load(request.specifier, folder, from);
      return loaded instanceof Promise ? loaded.catch(nothing) : loaded;
    } catch (error) {
      return nothing(error);
    }
  }

  async importDynamic(specifier: unknown, folder: string, from?: string): Promise<unknown> {
    const loaded = await this.load(String(specifier), folder, from);
    return namespaceOf(loaded.value);
  }

  load(specifier: string, folder: string, from?: string): Loaded {
    const given = this.options.given(specifier);
    if (given !== undefined) return { value: given };
    const { provided } = this.options;
    if (provided.has(specifier)) return { value: provided.get(specifier) };
    const target = resolve(specifier, folder, this.options.settings().paths);
    switch (target.kind) {
      case 'require':
        return { value: this.#nativeRequire(folder)(target.id) };
      case 'local':
        return this.files.load(target.file, from);
      case 'json':
        return { value: this.files.loadJson(target.file, from) };
      case 'esm':
        return this.#importEsm(target, folder);
    }
  }

  /** `require` as a file of the folder has it. */
  requireFrom(folder: string, from?: string): NodeJS.Require {
    const native = this.#nativeRequire(folder);
    return new Proxy(native, {
      apply: (_target, _self, [specifier]: [unknown]) => {
        if (typeof specifier !== 'string') return native(specifier as string);
        const loaded = this.load(specifier, folder, from);
        if (!(loaded instanceof Promise)) return loaded.value;
        loaded.catch(() => undefined);
        throw new Error(
          `require(${JSON.stringify(specifier)}) cannot give an ES module, which takes awaiting; use import, or await import(${JSON.stringify(specifier)}).`,
        );
      },
    });
  }

  #nativeRequire(folder: string): NodeJS.Require {
    return Module.createRequire(path.join(folder, 'cell.js'));
  }

  async #importEsm(
    { specifier, file }: Extract<Target, { kind: 'esm' }>,
    folder: string,
  ): Promise<{ value: unknown }> {
    provide(this.options.provided);
    if (file === specifier) return { value: await importFile(file) };
    const folders = [folder, ...this.options.roots.map((root) => path.dirname(root))];
    let first: unknown;
    for (const one of folders) {
      try {
        return { value: await importFrom(one)(specifier) };
      } catch (error) {
        first ??= error;
        if (!isMissing(error) || !(error as Error).message.includes(`'${specifier.split('/')[0] ?? ''}`))
          throw error;
      }
    }
    if (file !== undefined) return { value: await importFile(file) };
    throw first;
  }
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
}
