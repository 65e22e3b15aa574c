import type { Converter, Diagnostic } from 'tslab/dist/converter.js';
import type { Executor } from 'tslab/dist/executor.js';
import { PREDECLARED, type Scope } from '../../main/scope.js';
import type { ErrorReport } from '../../shared/protocol.js';
import type { Content } from '../../wire/message.js';
import type { Completeness, Completion, Engine, Outcome } from '../engine.js';
import type { EngineOptions } from '../options.js';
import { reportComplaints, reportThrown, type Complaint } from '../report/errors.js';
import { Mapper } from '../report/mapper.js';
import { explain, scriptName, type CellSource, type FindCell } from '../report/places.js';
import { hasToplevelAwait as findsAwait } from './await.js';
import { loadCompiler, type Compiler } from './compiler.js';
import { completion, quickInfo } from './info.js';
import { isComplete } from './is-complete.js';
import { CELL, HOOKS } from './transform.js';

interface Current {
  readonly seq: number;
  readonly code: string;
  readonly begin: () => boolean;
  diagnostics: readonly Diagnostic[];
  last: string | undefined;
  logged: { value: unknown } | undefined;
  thrown: { error: unknown } | undefined;
}

/** Names of a cell's scope, in the order in which the wrapper takes them. */
const NAMES = [
  'console',
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'require',
  ...PREDECLARED,
  HOOKS,
  CELL,
] as const;
const SCOPE = Symbol.for('gradoscope.scope');
/** Remembered for stack traces. */
const MAX_SOURCES = 5000;
/** tslab puts `export {};` in front of the source. */
const ADDED_LINES = 1;

/** TypeScript 5.0 through tslab's converter and executor. */
export class TslabEngine implements Engine {
  readonly #compiler: Compiler;
  readonly #converter: Converter;
  readonly #executor: Executor;
  readonly #sources = new Map<number, CellSource>();
  readonly #find: FindCell = (id) => this.#sources.get(Number(id));
  #current: Current | undefined;
  /** Declarations of all cells that have run, also of those that threw or were interrupted: what they made is still there. */
  #declared = '';
  #scope: Scope | undefined;

  constructor(private readonly options: EngineOptions) {
    this.#compiler = loadCompiler(options);
    this.#converter = this.#compiler.converter.createConverter({});
    const node: Converter = {
      ...this.#converter,
      convert: (_previous, code) => this.#convert(code),
      complete: (_previous, code, at) =>
        options.whole(() => this.#converter.complete(this.#declared, code, at)),
      inspect: (_previous, code, at) =>
        options.whole(() => this.#converter.inspect(this.#declared, code, at)),
    };
    const convs = { node, browser: node, close: () => this.#converter.close() };
    this.#executor = this.#compiler.executor.createExecutor(options.cwd, convs, {
      log: (value: unknown) => {
        if (this.#current) this.#current.logged = { value };
      },
      error: (first: unknown) => {
        // tslab prints diagnostics with a format; we have them already.
        if (this.#current && this.#current.diagnostics.length === 0) this.#current.thrown = { error: first };
      },
    });
    Object.defineProperty(globalThis, SCOPE, {
      value: (seq: number) => this.#arguments(seq),
      configurable: true,
    });
  }

  /** Compiles something, so that the first cell need not wait for the standard types. */
  warm(): void {
    this.options.whole(() => this.#converter.convert('', '0'));
  }

  imports(code: string): readonly string[] {
    return this.#compiler.ts.preProcessFile(code, true, true).importedFiles.map((file) => file.fileName);
  }

  async execute(code: string, scope: Scope, begin: () => boolean): Promise<Outcome> {
    const { seq } = scope.cell;
    const current: Current = {
      seq,
      code,
      begin,
      diagnostics: [],
      last: undefined,
      logged: undefined,
      thrown: undefined,
    };
    this.#current = current;
    this.#scope = scope;
    this.#remember(seq, { code, label: `In[${scope.cell.executionCount}]`, mapper: undefined });
    const ok = await this.#executor.execute(code);
    const { locals } = this.#executor;
    const value: unknown =
      current.logged?.value ?? (current.last === undefined ? undefined : locals[current.last]);
    // tslab leaves a last value of undefined or null behind.
    if (current.last !== undefined) Reflect.deleteProperty(locals, current.last);
    if (current.diagnostics.length > 0) {
      return {
        status: 'error',
        error: reportComplaints(current.diagnostics.map(complaint), this.#source(seq, code)),
      };
    }
    if (!ok) return { status: 'error', error: this.report(current.thrown?.error) };
    return value === undefined ? { status: 'ok' } : { status: 'ok', value: { value } };
  }

  complete(code: string, offset: number): Completion {
    return completion(this.#executor.complete(code, offset));
  }

  inspect(code: string, offset: number): Content | undefined {
    for (const at of [offset, offset - 1]) {
      if (at < 0) continue;
      const info = this.#executor.inspect(code, at) as ReturnType<Executor['inspect']> | undefined;
      if (info?.displayParts) return quickInfo(info);
    }
    return undefined;
  }

  isComplete(code: string): Completeness {
    return isComplete(this.#compiler.ts, code);
  }

  interrupt(): void {
    this.#executor.interrupt();
  }

  report(error: unknown): ErrorReport {
    return reportThrown(error, this.#find);
  }

  explain(text: string): string {
    return explain(text, this.#find);
  }

  close(): void {
    this.#executor.close();
  }

  /** tslab's conversion, its result wrapped so that the cell's own scope stands before the globals. */
  #convert(code: string): ReturnType<Converter['convert']> {
    const converted = this.#converter.convert(this.#declared, code);
    const hasToplevelAwait = converted.hasToplevelAwait === true || findsAwait(this.#compiler.ts, code);
    const result = { ...converted, hasToplevelAwait };
    const current = this.#current;
    if (!current) return result;
    current.diagnostics = result.diagnostics;
    if (result.diagnostics.length > 0) return result;
    if (!current.begin()) return { ...result, output: '' };
    this.#declared = result.declOutput ?? '';
    current.last = result.lastExpressionVar;
    if (result.output === undefined) return result;
    const { seq } = current;
    const open = hasToplevelAwait ? 'async function' : 'function';
    const prefix = `return (function(${NAMES.join(', ')}) { return (${open}() { `;
    const output = `${prefix}${result.output}\n})(); }).apply(undefined, globalThis[Symbol.for('gradoscope.scope')](${seq}));\n//# sourceURL=${scriptName(String(seq))}`;
    const maps = this.#compiler.maps.get(result.output);
    // The executor's own wrapper stands on the same line.
    const outer = hasToplevelAwait
      ? '(async function(exports, require) { '
      : '(function(exports, require) { ';
    const mapper =
      maps &&
      new Mapper(
        [maps.commonjs, maps.typescript],
        outer.length + prefix.length,
        ADDED_LINES,
        result.output.split('\n').length,
      );
    this.#remember(seq, { ...this.#source(seq, code), mapper });
    return { ...result, output };
  }

  #arguments(seq: number): unknown[] {
    const scope = this.#scope;
    if (scope?.cell.seq !== seq) throw new Error(`Cell ${seq} does not run.`);
    const { console, process, timers, hooks, cell, predeclared } = scope;
    const values: Record<(typeof NAMES)[number], unknown> = {
      console,
      process,
      ...timers,
      ...predeclared,
      require: this.#require(scope),
      [HOOKS]: hooks,
      [CELL]: cell,
    };
    return NAMES.map((name) => values[name]);
  }

  #require(scope: Scope): unknown {
    const { require } = (globalThis as unknown as { __tslab__: { require: NodeJS.Require } }).__tslab__;
    return new Proxy(require, {
      apply: (target, self, args: [string]) => {
        if (args[0] === 'tslab') return this.#tslab();
        return this.options.modules(args[0], scope) ?? Reflect.apply(target, self, args);
      },
    });
  }

  /** tslab's public module, its display redirected to ours. */
  #tslab(): unknown {
    const { require } = this.#compiler;
    const jupyter = require('tslab/dist/jupyter.js') as { lastWriteDisplayData: unknown };
    jupyter.lastWriteDisplayData = this.options.show;
    return require('tslab/dist/public.js') as unknown;
  }

  #source(seq: number, code: string): CellSource {
    return this.#sources.get(seq) ?? { code, label: `In[${seq}]`, mapper: undefined };
  }

  #remember(seq: number, source: CellSource): void {
    this.#sources.set(seq, source);
    const [oldest] = this.#sources.keys();
    if (this.#sources.size > MAX_SOURCES && oldest !== undefined) this.#sources.delete(oldest);
  }
}

const complaint = ({ fileName, start, end, messageText, code }: Diagnostic): Complaint => ({
  file: fileName,
  line: start.line + 1,
  column: start.character + 1,
  length: end.offset - start.offset,
  message: messageText,
  code,
});
