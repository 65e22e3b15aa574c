import { spawn, type ChildProcess } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { Rpc } from './rpc.js';

/** After so long a request is given up, and the server with it. */
export const LIMIT_MS = 60_000;

export const MADE = 1;
export const CHANGED = 2;
export const DELETED = 3;

/** A file that has changed on disk. */
export interface Change {
  readonly file: string;
  readonly type: typeof MADE | typeof CHANGED | typeof DELETED;
}

/** Without auto-imports: to gather them costs the server more than all else, after every change. */
const PREFERENCES = {
  suggest: { autoImports: false },
  preferences: { includePackageJsonAutoImports: 'off' },
  suggestionActions: { enabled: false },
  tsserver: { automaticTypeAcquisition: { enabled: false } },
};

/** TypeScript's language server in a process of its own. */
export class Server {
  readonly #process: ChildProcess;
  readonly #rpc: Rpc;
  readonly #open = new Map<string, number>();
  #ended = false;

  constructor(
    binary: string,
    folder: string,
    private readonly limitMs: number,
  ) {
    // It ends when its input does, also when this process is killed.
    const child = spawn(binary, ['--lsp', '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process = child;
    this.#rpc = new Rpc(child.stdout, child.stdin, (method, params) =>
      method === 'workspace/configuration' ? (params.items as unknown[]).map(() => PREFERENCES) : null,
    );
    const end = (why: string): void => {
      this.#ended = true;
      this.#rpc.close(new ServerEnded(`TypeScript's language server ${why}.`));
    };
    child.on('error', (error) => end(`cannot be started: ${error.message}`));
    child.on('exit', (code, signal) => end(`ended unexpectedly (${signal ?? `exit code ${code}`})`));
    // The kernel may end while the server is idle.
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    (child.stdout as unknown as { unref(): void }).unref();
    void this.#rpc
      .request('initialize', {
        processId: process.pid,
        rootUri: uri(folder),
        initializationOptions: { disablePushDiagnostics: true, userPreferences: PREFERENCES },
        capabilities: {
          textDocument: { diagnostic: {}, hover: { contentFormat: ['markdown'] }, completion: {} },
        },
      })
      .catch(() => undefined);
    this.#rpc.notify('initialized', {});
  }

  get ended(): boolean {
    return this.#ended;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Gives a file a text, whatever is on disk. */
  put(file: string, text: string): void {
    const version = (this.#open.get(file) ?? 0) + 1;
    this.#open.set(file, version);
    if (version > 1) {
      this.#rpc.notify('textDocument/didChange', {
        textDocument: { uri: uri(file), version },
        contentChanges: [{ text }],
      });
    } else {
      const languageId = file.endsWith('x') ? 'typescriptreact' : 'typescript';
      this.#rpc.notify('textDocument/didOpen', {
        textDocument: { uri: uri(file), languageId, version, text },
      });
    }
  }

  /** Tells of files that have changed on disk. */
  changed(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.#rpc.notify('workspace/didChangeWatchedFiles', {
      changes: changes.map(({ file, type }) => ({ uri: uri(file), type })),
    });
  }

  /** @throws Error when the server has ended, or takes longer than a minute: then it is ended. */
  async ask(method: string, file: string, params: object = {}): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const seconds = this.limitMs / 1000;
        // Before the server is closed: that is told to whoever waits as an end that another try may mend.
        reject(
          new Error(
            `The type checker did not answer within ${seconds} s and was ended. ` +
              'To run the cell unchecked, begin it with // @ts-nocheck.',
          ),
        );
        this.close();
      }, this.limitMs);
    });
    try {
      const asked = this.#rpc.request(method, { textDocument: { uri: uri(file) }, ...params });
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#ended = true;
    this.#rpc.close(new ServerEnded("TypeScript's language server was closed."));
    this.#process.kill('SIGKILL');
  }
}

/** The server has ended before it answered. */
export class ServerEnded extends Error {}

const uri = (file: string): string => pathToFileURL(file).href;
