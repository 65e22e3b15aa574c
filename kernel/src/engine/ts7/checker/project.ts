import { mapped } from '../paths.js';
import type { CheckerOptions } from '../types.js';
import { findBinary } from './binary.js';
import { FILE } from './cells.js';
import { Config, DEFAULTS } from './config.js';
import { LocalFiles } from './local-files.js';
import { RpcError } from './rpc.js';
import { CHANGED, LIMIT_MS, Server, ServerEnded, type Change } from './server.js';
import { sweep, Workspace } from './workspace.js';

const SWEEP_MS = 1000;
const DEFAULTS_FILE = `${FILE}defaults.json`;

/** The language server with all that it reads, kept running and told of what has changed on disk. */
export class Project {
  readonly workspace: Workspace;
  readonly locals: LocalFiles;
  readonly #config: Config;
  readonly #binary: string;
  readonly #roots: readonly string[];
  readonly #end = (): void => this.close();
  #server: Server | undefined;
  #stamp: string | undefined;
  /** The server must read its configuration anew, and with it look for all modules. */
  #reload = false;
  #changes: Change[] = [];
  #epoch = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * @param files Roots of the program beside what is predeclared.
   * @param restore Gives a new server what is in no file on disk.
   * @throws Error when there is no compiler for this platform.
   */
  constructor(
    options: CheckerOptions,
    files: readonly string[],
    private readonly restore: (server: Server) => void,
    private readonly limitMs: number = LIMIT_MS,
  ) {
    this.#binary = findBinary();
    this.workspace = new Workspace(options.cwd, options.roots);
    const config = new Config(options);
    this.#config = config;
    this.locals = new LocalFiles(options.cwd, (specifier) => mapped(specifier, config.paths));
    this.workspace.write(DEFAULTS_FILE, JSON.stringify(DEFAULTS));
    const ambient = options.ambient.map((declarations, i) => {
      if (/\.d\.[cm]?ts$/.test(declarations) && !declarations.includes('\n')) return declarations;
      this.workspace.write(`${FILE}ambient${i}.d.ts`, declarations);
      return `${FILE}ambient${i}.d.ts`;
    });
    this.#roots = [...ambient, ...files];
    process.once('exit', this.#end);
    // Not at the start, where others wait for this process.
    setTimeout(sweep, SWEEP_MS).unref();
  }

  /** Changes when anything but the cells does. */
  get epoch(): number {
    return this.#epoch;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Of the server's process; undefined: none runs. */
  get pid(): number | undefined {
    return this.#server?.ended === false ? this.#server.pid : undefined;
  }

  /** One piece of work at a time, since all share a file; once more with a new server when one has ended. */
  ask<T>(work: (server: Server) => T | Promise<T>): Promise<T> {
    const next = this.#queue.then(async () => {
      try {
        return await work(this.#ready());
      } catch (error) {
        if (this.#closed || !isServers(error)) throw error;
        this.#server?.close();
      }
      try {
        return await work(this.#ready());
      } catch (error) {
        if (this.#closed || !isServers(error)) throw error;
        this.#server?.close();
        throw new Error(
          `The type checker failed twice: ${error.message}. To run the cell unchecked, begin it with // @ts-nocheck.`,
        );
      }
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  /** A module was not found: the next check looks for it anew, since the user may have installed it. */
  lookAgain(): void {
    this.#reload = true;
    this.#epoch++;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    process.removeListener('exit', this.#end);
    this.#server?.close();
    this.workspace.dispose();
  }

  /** Looks whether the user's files have changed; the server is told when it is asked next. */
  look(): void {
    if (this.#closed) throw new Error('The type checker was closed.');
    const stamp = this.#config.stamp();
    if (stamp !== this.#stamp) {
      const defaults = this.workspace.file(DEFAULTS_FILE);
      this.workspace.write(
        'tsconfig.json',
        this.#config.text(defaults, this.#roots, this.workspace.rootDirs),
      );
      this.#stamp = stamp;
      this.#reload = true;
      this.#epoch++;
    }
    const found = this.locals.changes();
    if (found.length === 0) return;
    this.#changes.push(...found);
    this.#epoch++;
  }

  #ready(): Server {
    this.look();
    if (!this.#server || this.#server.ended) {
      this.#server = new Server(this.#binary, this.workspace.folder, this.limitMs);
      this.restore(this.#server);
    } else {
      if (this.#reload) {
        const configs = [this.workspace.file('tsconfig.json'), this.#config.user];
        this.#server.changed(configs.map((file) => ({ file, type: CHANGED })));
      }
      this.#server.changed(this.#changes);
    }
    this.#reload = false;
    this.#changes = [];
    return this.#server;
  }
}

/** Not the user's fault, nor ours; another server may do better. */
const isServers = (error: unknown): error is Error =>
  error instanceof ServerEnded || error instanceof RpcError;
