import type { SourceMapPayload } from 'node:module';
import { PREDECLARED_TYPES, type Scope } from '../../main/scope.js';
import type { ErrorReport } from '../../shared/protocol.js';
import type { Content } from '../../wire/message.js';
import type { Completeness, Completion, Engine, Outcome } from '../engine.js';
import type { EngineOptions } from '../options.js';
import { reportComplaints, reportThrown } from '../report/errors.js';
import { Mapper } from '../report/mapper.js';
import { explain, type CellSource, type FindCell, type FindFile } from '../report/places.js';
import { createChecker } from './checker/index.js';
import { CellFunctions, scopeNames } from './run/cell-functions.js';
import { Importer } from './run/importer.js';
import { tslabModule } from './run/tslab-module.js';
import { Analyser, type Analysed } from './syntax/analyse.js';
import { editCell, type CellScript } from './syntax/cell-edits.js';
import { HOOKS } from './syntax/context-edits.js';
import { isComplete } from './syntax/is-complete.js';
import { SettingsFile } from './syntax/settings.js';
import { strip } from './syntax/strip.js';
import type { Checker, Diagnostic } from './types.js';

/** Remembered for stack traces. */
const MAX_SOURCES = 5000;

interface Compiled {
  readonly script: CellScript;
  /** Of its script; see scriptName. */
  readonly id: string;
  readonly maps: readonly SourceMapPayload[];
  readonly errors: readonly Diagnostic[];
}

/** TypeScript by a fast parser and transformer, checked in a process of its own. */
export class Ts7Engine implements Engine {
  readonly #analyser = new Analyser();
  /** A check that was begun before its cell. */
  #ahead: { readonly analysed: Analysed; readonly checking: Promise<readonly Diagnostic[]> } | undefined;
  readonly #sources = new Map<string, CellSource>();
  readonly #find: FindCell = (id) => this.#sources.get(id);
  readonly #findFile: FindFile = (file) => this.#importer.files.mappers.get(file);
  readonly #settings: SettingsFile;
  readonly #importer: Importer;
  readonly #checker: Checker;
  readonly #cells: CellFunctions;
  #last = { seq: 0, scripts: 0 };
  #scope: Scope | undefined;

  constructor(private readonly options: EngineOptions) {
    const { cwd, roots, types } = options;
    this.#checker = createChecker({
      cwd,
      roots,
      types: options.bundles ?? types,
      ambient: [PREDECLARED_TYPES],
    });
    this.#settings = new SettingsFile(options.cwd);
    this.#importer = new Importer({
      cwd: options.cwd,
      roots: options.roots,
      given: (specifier) => this.#given(specifier),
      provided: options.provided ?? { loaded: () => [], has: () => false, get: () => undefined },
      settings: () => this.#settings.read(),
      hooks: () => (globalThis as { [HOOKS]?: Scope['hooks'] })[HOOKS] ?? this.#currentScope().hooks,
    });
    this.#cells = new CellFunctions(this.#importer, options.cwd);
  }

  warm(): void {
    this.#checker.warm();
    // Later: the checker's process starts meanwhile.
    setImmediate(() =>
      this.options.whole(() => {
        this.#compile(this.#analyser.analyse('const warm: number = await 1; warm'), '', []);
      }),
    );
  }

  ahead(code: string): void {
    const analysed = this.#analyser.analyse(code);
    if (analysed.syntaxErrors.length === 0) this.#ahead = { analysed, checking: this.#start(analysed) };
  }

  /** The check of a source, which may be under way. */
  #check(analysed: Analysed): Promise<readonly Diagnostic[]> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead?.analysed === analysed ? ahead.checking : this.#start(analysed);
  }

  #start(analysed: Analysed): Promise<readonly Diagnostic[]> {
    const checking = this.#checker.check(analysed);
    // Heard of where it is awaited, unless the source does not compile.
    checking.catch(() => undefined);
    return checking;
  }

  imports(code: string): readonly string[] {
    return this.#analyser.analyse(code).imports;
  }

  async execute(code: string, scope: Scope, begin: () => boolean): Promise<Outcome> {
    const label = `In[${scope.cell.executionCount}]`;
    const analysed = this.#analyser.analyse(code);
    if (analysed.syntaxErrors.length > 0)
      return { status: 'error', error: complain(analysed.syntaxErrors, code, label) };
    const warns = analysed.noCheck || this.options.typeErrors === 'warn';
    const checking = this.#check(analysed);
    const compiled = this.options.whole(() =>
      this.#compile(analysed, this.#nextId(scope), scopeNames(scope)),
    );
    this.#remember(compiled, { code, label, mapper: undefined });
    const found = await checking;
    await freshTurn();
    if (compiled.errors.length > 0) return { status: 'error', error: complain(compiled.errors, code, label) };
    if (found.length > 0 && !warns) return { status: 'error', error: complain(found, code, label) };
    if (!begin()) return { status: 'ok' };
    this.#checker.commit(analysed);
    if (found.length > 0)
      scope.process.stderr.write(`${complain(found, code, label).traceback.join('\n')}\n`);
    return this.#run(compiled, scope);
  }

  async complete(code: string, offset: number): Promise<Completion> {
    return this.#checker.complete(this.#analyser.analyse(code), offset);
  }

  async inspect(code: string, offset: number): Promise<Content | undefined> {
    const found = await this.#checker.inspect(this.#analyser.analyse(code), offset);
    return found && { 'text/plain': found.plain, 'text/markdown': found.markdown };
  }

  isComplete(code: string): Completeness {
    return isComplete(code);
  }

  interrupt(): void {
    // What the cell leaves behind is in its boxes. Files that it was loading will not be whole.
    this.#importer.files.forgetUnfinished();
  }

  report(error: unknown): ErrorReport {
    return reportThrown(error, this.#find, this.#findFile);
  }

  explain(text: string): string {
    return explain(text, this.#find, this.#findFile);
  }

  close(): void {
    this.#checker.close();
  }

  #compile(analysed: Analysed, id: string, scope: readonly string[]): Compiled {
    const { code, jsx, facts } = analysed;
    const { decorated } = facts;
    const stripped = strip(code, { jsx, decorated, settings: this.#settings.read() });
    const script = editCell(analysed, stripped.code, { ...this.#cells.earlier, scope });
    return {
      script,
      id,
      maps: stripped.map ? [script.map, stripped.map] : [script.map],
      errors: stripped.errors,
    };
  }

  async #run({ script, id, maps }: Compiled, scope: Scope): Promise<Outcome> {
    const { cell } = scope;
    this.#scope = scope;
    const source = this.#sources.get(id);
    if (source)
      this.#sources.set(id, { ...source, mapper: new Mapper(maps, script.prefix, 0, script.lines) });
    try {
      // The checker's answer came in a microtask of its own.
      scope.hooks.restore(cell);
      this.#importer.files.refresh();
      const loading = this.#importer.loadAll(script.imports, this.options.cwd);
      const modules = loading instanceof Promise ? await loading.finally(freshTurn) : loading;
      if (cell.dead) return { status: 'ok' };
      scope.hooks.restore(cell);
      if (script.waits) this.options.late?.();
      const result: { value?: unknown } = {};
      const running = this.#cells.make(script, id, modules, scope, result)();
      if (running instanceof Promise) await running;
      return result.value === undefined ? { status: 'ok' } : { status: 'ok', value: { value: result.value } };
    } catch (error) {
      return { status: 'error', error: this.report(error) };
    }
  }

  #given(specifier: string): unknown {
    if (specifier === 'tslab') return tslabModule(this.options.show);
    return this.options.modules(specifier, this.#currentScope());
  }

  #currentScope(): Scope {
    if (!this.#scope) throw new Error('No cell has run.');
    return this.#scope;
  }

  /** The cell's number; further ones for what it runs besides, such as the expressions that a client asks for. */
  #nextId({ cell: { seq } }: Scope): string {
    this.#last = { seq, scripts: this.#last.seq === seq ? this.#last.scripts + 1 : 0 };
    const { scripts } = this.#last;
    return scripts === 0 ? String(seq) : `${seq}-${scripts}`;
  }

  #remember({ id }: Compiled, source: CellSource): void {
    this.#sources.set(id, source);
    const [oldest] = this.#sources.keys();
    if (this.#sources.size > MAX_SOURCES && oldest !== undefined) this.#sources.delete(oldest);
  }
}

/**
 * A termination takes all microtasks that wait along with the code that it ends. So a cell's code begins in a turn of its
 * own, with none of the checker's or the module loader's behind it.
 */
const freshTurn = (): Promise<void> => new Promise((resolve) => later(resolve));
/** Taken before any user's code could put another in its place. */
const later = setImmediate;

function complain(found: readonly Diagnostic[], code: string, label: string): ErrorReport {
  const order = (one: Diagnostic): number => (one.file === undefined ? one.start : Infinity);
  const sorted = [...found].sort((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
  const complaints = sorted.map(({ start, end, ...rest }) => ({
    ...rest,
    file: rest.file,
    length: end - start,
  }));
  return reportComplaints(complaints, { code, label, mapper: undefined });
}
