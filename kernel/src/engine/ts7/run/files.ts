import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { Hooks } from '../../../main/context.js';
import { Mapper } from '../../report/mapper.js';
import { editFile, type FileScript } from '../syntax/file-edits.js';
import { facts } from '../syntax/names.js';
import { parse } from '../syntax/parse.js';
import type { Settings } from '../syntax/settings.js';
import { strip } from '../syntax/strip.js';
import { helpers } from './helpers.js';
import type { Importer, Loaded } from './importer.js';
import { fileMeta } from './meta.js';

interface FileModule {
  readonly stamp: string;
  readonly module: { exports: unknown };
  /** Files of the user's that it imports. */
  readonly imports: Set<string>;
  /** Until it has run, when that takes awaiting. */
  pending: Promise<void> | undefined;
  done: boolean;
}

/** The user's own modules: TypeScript and JavaScript files, run anew when they or what they import has changed. */
export class Files {
  readonly #modules = new Map<string, FileModule>();
  /** Where the code of each file came from. */
  readonly mappers = new Map<string, Mapper>();

  constructor(
    private readonly importer: Importer,
    private readonly settings: () => Settings,
    private readonly hooks: () => Hooks,
  ) {}

  /** Forgets each file that has changed on disk, and those that import it. */
  refresh(): void {
    const stale = new Set(
      [...this.#modules].filter(([file, { stamp }]) => stampOf(file) !== stamp).map(([f]) => f),
    );
    for (let before = -1; before !== stale.size;) {
      before = stale.size;
      for (const [file, { imports }] of this.#modules)
        if ([...imports].some((one) => stale.has(one))) stale.add(file);
    }
    for (const file of stale) this.#modules.delete(file);
  }

  /** Forgets what was being loaded when its cell was ended. */
  forgetUnfinished(): void {
    for (const [file, { done }] of this.#modules) if (!done) this.#modules.delete(file);
  }

  /** @param from The file that imports it, if any. */
  load(file: string, from: string | undefined): Loaded {
    if (from !== undefined) this.#modules.get(from)?.imports.add(file);
    const found = this.#modules.get(file) ?? this.#run(file);
    const done = (): { value: unknown } => ({ value: found.module.exports });
    return found.pending ? found.pending.then(done) : done();
  }

  loadJson(file: string, from: string | undefined): unknown {
    if (from !== undefined) this.#modules.get(from)?.imports.add(file);
    const known = this.#modules.get(file);
    if (known) return known.module.exports;
    const stamp = stampOf(file);
    let exports: unknown;
    try {
      exports = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    } catch (error) {
      throw new SyntaxError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#modules.set(file, {
      stamp,
      module: { exports },
      imports: new Set(),
      pending: undefined,
      done: true,
    });
    return exports;
  }

  #run(file: string): FileModule {
    const made: FileModule = {
      stamp: stampOf(file),
      module: { exports: {} },
      imports: new Set(),
      pending: undefined,
      done: false,
    };
    this.#modules.set(file, made);
    try {
      const script = this.#compile(file);
      // Files that import each other see this object before it is filled.
      if (script.esm) Object.defineProperty(made.module.exports, '__esModule', { value: true });
      const folder = path.dirname(file);
      const modules = this.importer.loadAll(script.imports, folder, file);
      const start = (values: readonly unknown[]): unknown => this.#start(file, script, made, values);
      const running = modules instanceof Promise ? modules.then(start) : start(modules);
      if (running instanceof Promise) {
        const forget = (error: unknown): never => {
          this.#modules.delete(file);
          throw error;
        };
        const finish = (): void => {
          made.pending = undefined;
          made.done = true;
        };
        made.pending = running.then(finish, forget);
        // Whoever imports it hears of the failure.
        made.pending.catch(() => undefined);
      } else made.done = true;
    } catch (error) {
      this.#modules.delete(file);
      throw error;
    }
    return made;
  }

  #start(file: string, script: FileScript, { module }: FileModule, modules: readonly unknown[]): unknown {
    const folder = path.dirname(file);
    const run = new vm.Script(script.code, { filename: file }).runInThisContext() as (
      ...args: unknown[]
    ) => unknown;
    const require = this.importer.requireFrom(folder, file);
    const importer = (specifier: unknown): Promise<unknown> =>
      this.importer.importDynamic(specifier, folder, file);
    const meta = fileMeta(pathToFileURL(file).href, file);
    const result: unknown = run.call(
      script.esm ? undefined : module.exports,
      module.exports,
      require,
      module,
      file,
      folder,
      helpers,
      this.hooks(),
      modules,
      importer,
      meta,
      reexport,
    );
    return script.async ? result : undefined;
  }

  #compile(file: string): FileScript {
    const code = readFileSync(file, 'utf8');
    const lang = /\.[cm]?ts$/.test(file) ? 'ts' : /\.tsx$/.test(file) ? 'tsx' : 'jsx';
    const parsed = parse(code, lang);
    const [wrong] = parsed.errors;
    if (wrong) {
      const { length } = code.slice(0, wrong.start).split('\n');
      throw new SyntaxError(`${wrong.message} (${file}:${length})`);
    }
    const { decorated } = facts(parsed.program);
    const stripped = strip(code, { jsx: lang !== 'ts', decorated, settings: this.settings() });
    const script = editFile(code, stripped.code);
    const maps = [script.map, ...(stripped.map ? [stripped.map] : [])];
    this.mappers.set(file, new Mapper(maps, script.prefix, 0, script.lines));
    return script;
  }
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : '';
}

/** `export * from`: all but `default`, and nothing that the module exports itself. */
function reexport(exports: object, module: object): void {
  for (const key of Object.keys(module)) {
    if (key === 'default' || Object.hasOwn(exports, key)) continue;
    Object.defineProperty(exports, key, {
      get: () => (module as Record<string, unknown>)[key],
      enumerable: true,
      configurable: true,
    });
  }
}
