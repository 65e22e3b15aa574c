import { readFileSync } from 'node:fs';
import type {
  Analysis,
  Checker,
  CheckerCompletion,
  CheckerOptions,
  DeclaredKind,
  Diagnostic,
} from '../types.js';
import { findBinary } from './binary.js';
import { Cells, FILE, type Cell } from './cells.js';
import { CheckFile } from './check-file.js';
import { readCompletion } from './completion.js';
import { Config, DEFAULTS } from './config.js';
import { readDiagnostics } from './diagnostics.js';
import { readHover } from './hover.js';
import { LocalFiles } from './local-files.js';
import { Lines } from './positions.js';
import { Server, ServerEnded } from './server.js';
import { Workspace } from './workspace.js';

const CELL = `${FILE}cell.ts`;
const CELL_JSX = `${FILE}cell_jsx.tsx`;
/** Idle time after which the program is prepared for the next cell. */
const IDLE_MS = 50;
const AMBIENT = `${FILE}ambient`;
const EMPTY: Analysis = {
  code: '',
  jsx: false,
  declared: [],
  free: new Set(),
  imports: [],
  topLevelAwait: false,
  noCheck: false,
  syntaxErrors: [],
};

/** Types from TypeScript's language server; one file a cell, of which only those in use are kept. */
export class TypeChecker implements Checker {
  readonly #workspace: Workspace;
  readonly #cells = new Cells((cell) => this.#workspace.remove(cell.file));
  readonly #checked = new CheckFile(CELL, this.#cells);
  readonly #checkedJsx = new CheckFile(CELL_JSX, this.#cells);
  readonly #locals: LocalFiles;
  readonly #config: Config;
  readonly #binary: string;
  /** Declarations of what is predeclared. */
  readonly #ambient: readonly string[];
  readonly #kindOf = (name: string): DeclaredKind | undefined => this.#cells.get(name)?.kind;
  readonly #end = (): void => this.close();
  #server: Server | undefined;
  #stamp: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  /** @throws Error when there is no compiler for this platform. */
  constructor(private readonly options: CheckerOptions) {
    this.#binary = findBinary();
    this.#workspace = new Workspace(options.cwd, options.roots);
    this.#locals = new LocalFiles(options.cwd);
    this.#config = new Config(options, this.#binary);
    this.#workspace.write(`${FILE}defaults.json`, JSON.stringify(DEFAULTS));
    this.#ambient = this.#writeAmbient();
    process.once('exit', this.#end);
  }

  warm(): void {
    void this.check(EMPTY).catch(() => undefined);
  }

  check(analysis: Analysis): Promise<readonly Diagnostic[]> {
    if (analysis.noCheck) return Promise.resolve([]);
    return this.#ask(async (server) => {
      const locals = this.#locals.add(analysis.imports);
      const file = this.#put(server, analysis);
      const answers = [file, ...locals].map((each) => server.ask('textDocument/diagnostic', each));
      const [own, ...others] = await Promise.all(answers);
      const found = readDiagnostics(own, analysis.code, undefined, this.#kindOf);
      locals.forEach((local, i) => {
        found.push(...readDiagnostics(others[i], readText(local), local, this.#kindOf));
      });
      return found;
    });
  }

  commit(analysis: Analysis): void {
    const committed = this.#cells.commit(analysis);
    if (!committed) return;
    const { cell, text, global } = committed;
    this.#workspace.write(cell.file, text);
    if (global) for (const file of [this.#checked, this.#checkedJsx]) file.need([cell], true);
    this.#prepare(cell);
  }

  complete(analysis: Analysis, offset: number): Promise<CheckerCompletion> {
    return this.#ask(async (server) => {
      const file = this.#put(server, analysis);
      const position = new Lines(analysis.code).position(offset);
      const answer = await server.ask('textDocument/completion', file, {
        position,
        context: { triggerKind: 1 },
      });
      return readCompletion(answer, analysis.code, offset, this.#kindOf);
    });
  }

  inspect(analysis: Analysis, offset: number): Promise<{ markdown: string; plain: string } | undefined> {
    return this.#ask(async (server) => {
      const file = this.#put(server, analysis);
      const position = new Lines(analysis.code).position(offset);
      return readHover(await server.ask('textDocument/hover', file, { position }));
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#idle);
    process.removeListener('exit', this.#end);
    this.#server?.close();
    this.#workspace.dispose();
  }

  /** The server's process; undefined: none runs. */
  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** One at a time, since all share a file; once more with a new server when one has ended. */
  #ask<T>(work: (server: Server) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    const next = this.#queue.then(async () => {
      try {
        return await work(this.#ready());
      } catch (error) {
        if (!(error instanceof ServerEnded) || this.#closed) throw error;
        return work(this.#ready());
      }
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  /** The server, told of what has changed on disk. */
  #ready(): Server {
    if (this.#closed) throw new Error('The type checker was closed.');
    const stamp = this.#config.stamp();
    const stale = stamp !== this.#stamp;
    this.#stamp = stamp;
    if (stale) this.#writeConfig();
    const { made, changed, deleted } = this.#locals.changes();
    if (!this.#server || this.#server.ended) {
      this.#server = new Server(this.#binary, this.#workspace.folder);
      for (const file of [this.#checked, this.#checkedJsx])
        this.#server.put(this.#workspace.file(file.name), file.text(EMPTY));
      return this.#server;
    }
    if (stale) this.#server.changed([this.#workspace.file('tsconfig.json'), this.#config.user], 2);
    this.#server.changed(made, 1);
    this.#server.changed(changed, 2);
    this.#server.changed(deleted, 3);
    return this.#server;
  }

  #put(server: Server, analysis: Analysis): string {
    const target = analysis.jsx ? this.#checkedJsx : this.#checked;
    const file = this.#workspace.file(target.name);
    server.put(file, target.text(analysis));
    return file;
  }

  /** The next cell will likely use what this one declares: the compiler takes it up while nothing else is asked. */
  #prepare(cell: Cell): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (cell.users === 0 || this.#closed || !this.#checked.need([cell])) return;
      void this.#ask((server) => server.ask('textDocument/foldingRange', this.#put(server, EMPTY))).catch(
        () => undefined,
      );
    }, IDLE_MS).unref();
  }

  #writeConfig(): void {
    const text = this.#config.text(
      this.#workspace.file(`${FILE}defaults.json`),
      [...this.#ambient, CELL, CELL_JSX],
      this.#workspace.rootDirs,
    );
    this.#workspace.write('tsconfig.json', text);
  }

  #writeAmbient(): string[] {
    return this.options.ambient.map((declarations, i) => {
      if (/\.d\.[cm]?ts$/.test(declarations) && !declarations.includes('\n')) return declarations;
      this.#workspace.write(`${AMBIENT}${i}.d.ts`, declarations);
      return `${AMBIENT}${i}.d.ts`;
    });
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export function createChecker(options: CheckerOptions): TypeChecker {
  return new TypeChecker(options);
}
