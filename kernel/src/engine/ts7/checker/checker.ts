import type { Analysis, Checker, CheckerCompletion, CheckerOptions, Diagnostic } from '../types.js';
import { findBinary } from './binary.js';
import { Cells, FILE } from './cells.js';
import { readCompletion } from './completion.js';
import { Config, DEFAULTS } from './config.js';
import { readDiagnostics } from './diagnostics.js';
import { readHover } from './hover.js';
import { LocalFiles } from './local-files.js';
import { Lines } from './positions.js';
import { Server, ServerEnded } from './server.js';
import { Workspace } from './workspace.js';

const SCOPE = `${FILE}scope.ts`;
const CELL = `${FILE}cell.ts`;
const CELL_JSX = `${FILE}cell_jsx.tsx`;
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
  readonly #cells = new Cells();
  readonly #locals: LocalFiles;
  readonly #config: Config;
  readonly #binary: string;
  #server: Server | undefined;
  #stamp: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @throws Error when there is no compiler for this platform. */
  constructor(private readonly options: CheckerOptions) {
    this.#binary = findBinary();
    this.#workspace = new Workspace(options.cwd, options.roots);
    this.#locals = new LocalFiles(options.cwd);
    this.#config = new Config(options, this.#binary);
    this.#workspace.write(`${FILE}defaults.json`, JSON.stringify(DEFAULTS));
    this.#files = this.#writeAmbient();
    process.once('exit', this.#end);
  }

  readonly #files: readonly string[];
  readonly #end = (): void => this.close();

  warm(): void {
    void this.check(EMPTY).catch(() => undefined);
  }

  check(analysis: Analysis): Promise<readonly Diagnostic[]> {
    if (analysis.noCheck) return Promise.resolve([]);
    return this.#ask(async (server) => {
      const locals = this.#locals.add(analysis.imports);
      const file = this.#put(server, analysis, false);
      const kindOf = (name: string): ReturnType<Cells['kind']> => this.#cells.kind(name);
      const found = readDiagnostics(
        await server.ask('textDocument/diagnostic', file),
        analysis.code,
        undefined,
        kindOf,
      );
      void locals;
      return found;
    });
  }

  commit(analysis: Analysis): void {
    const { file, text, dropped } = this.#cells.commit(analysis);
    if (file === undefined) return;
    this.#workspace.write(file, text);
    const server = this.#server;
    if (server && !server.ended) {
      server.put(this.#workspace.file(SCOPE), this.#cells.scope());
      // The program is made anew while the cell runs, and not when the next one waits for it.
      void this.#ask((running) =>
        running.ask('textDocument/foldingRange', this.#workspace.file(SCOPE)),
      ).catch(() => undefined);
    }
    for (const name of dropped) this.#workspace.remove(name);
  }

  complete(analysis: Analysis, offset: number): Promise<CheckerCompletion> {
    return this.#ask(async (server) => {
      const file = this.#put(server, analysis, true);
      const position = new Lines(analysis.code).position(offset);
      const answer = await server.ask('textDocument/completion', file, {
        position,
        context: { triggerKind: 1 },
      });
      return readCompletion(answer, analysis.code, offset);
    });
  }

  inspect(analysis: Analysis, offset: number): Promise<{ markdown: string; plain: string } | undefined> {
    return this.#ask(async (server) => {
      const file = this.#put(server, analysis, false);
      const position = new Lines(analysis.code).position(offset);
      return readHover(await server.ask('textDocument/hover', file, { position }));
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
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
      this.#server.put(this.#workspace.file(SCOPE), this.#cells.scope());
      for (const name of [CELL, CELL_JSX])
        this.#server.put(this.#workspace.file(name), this.#cells.tail(EMPTY));
      return this.#server;
    }
    if (stale) this.#server.changed([this.#workspace.file('tsconfig.json')], 2);
    this.#server.changed(made, 1);
    this.#server.changed(changed, 2);
    this.#server.changed(deleted, 3);
    return this.#server;
  }

  #put(server: Server, analysis: Analysis, all: boolean): string {
    const file = this.#workspace.file(analysis.jsx ? CELL_JSX : CELL);
    server.put(file, analysis.code + this.#cells.tail(analysis, all));
    return file;
  }

  #writeConfig(): void {
    const text = this.#config.text(
      this.#workspace.file(`${FILE}defaults.json`),
      [...this.#files, SCOPE, CELL, CELL_JSX],
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

export function createChecker(options: CheckerOptions): TypeChecker {
  return new TypeChecker(options);
}
