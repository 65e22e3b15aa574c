import { randomBytes } from 'node:crypto';
import { appendFile, chmod, mkdir, readFile, rename, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isRecord } from '../../wire/message.js';

export interface Item {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  output: string | undefined;
}

/** A file of this size is kept as the one before, and a new one begun. */
const MAX_BYTES = 4_000_000;
const MAX_INPUT = 100_000;
const MAX_OUTPUT = 10_000;

/**
 * The file of the user's history, shared by all kernels: lines of JSON that are only appended. A session begins with
 * `{s: number, id, t: time}`; when two kernels take one number at once, the line that comes first has it. A cell is
 * `{s, l: line, i: input}` and, later, `{s, l: line, o: output}`. A line that is torn is passed over.
 */
export class HistoryStore {
  readonly #id = randomBytes(8).toString('hex');
  #session: Promise<number> | undefined;
  #chain: Promise<unknown> = Promise.resolve();
  /** The last line of the file may be torn: of a process that died, or of a full disk. */
  #torn = true;
  #failed = false;

  /** @param file Absolute path. @param warn Told once that nothing can be written. */
  constructor(
    private readonly file: string,
    private readonly warn: (text: string) => void,
  ) {}

  /** The number of this process's session, which is taken when first asked for. */
  session(): Promise<number> {
    return (this.#session ??= this.#enqueue(() => this.#claim()));
  }

  input(line: number, text: string): void {
    this.#add({ l: line, i: text.slice(0, MAX_INPUT) });
  }

  output(line: number, text: string): void {
    this.#add({ l: line, o: text.slice(0, MAX_OUTPUT) });
  }

  #add(record: Record<string, unknown>): void {
    const session = this.session();
    void this.#enqueue(async () => this.#append({ s: await session, ...record }));
  }

  /** What is in the file, in the order of sessions and lines. */
  async items(): Promise<Item[]> {
    await this.#chain;
    const items = new Map<string, Item>();
    for (const text of (await this.#read()).split('\n')) {
      const { s: session, l: line, i: input, o: output } = parse(text) ?? {};
      if (typeof session !== 'number' || typeof line !== 'number') continue;
      const key = `${session} ${line}`;
      if (typeof input === 'string') items.set(key, { session, line, input, output: undefined });
      const found = items.get(key);
      if (found && typeof output === 'string') found.output = output;
    }
    return [...items.values()].sort((a, b) => a.session - b.session || a.line - b.line);
  }

  /** Resolves when all that was given is written, or has failed. */
  async flushed(): Promise<void> {
    await this.#chain;
  }

  #enqueue<T>(f: () => Promise<T>): Promise<T> {
    const next = this.#chain.then(f);
    this.#chain = next.catch(() => undefined);
    return next;
  }

  async #claim(): Promise<number> {
    for (;;) {
      let wanted = 1;
      for (const [, number] of (await this.#read()).matchAll(/^\{"s":(\d+)/gm))
        wanted = Math.max(wanted, Number(number) + 1);
      const begin = { s: wanted, id: this.#id };
      if (!(await this.#append({ ...begin, t: new Date().toISOString() }))) return wanted;
      const first = new RegExp(`^\\{"s":${wanted},"id":"(\\w+)"`, 'm').exec(await this.#read());
      if (first?.[1] === this.#id) return wanted;
    }
  }

  /** The text of both files, the older first. */
  async #read(): Promise<string> {
    const texts = [];
    for (const file of [`${this.file}.old`, this.file]) {
      const regular = await stat(file).then(
        (found) => found.isFile(),
        () => false,
      );
      if (regular) texts.push(await readFile(file, 'utf8').catch(() => ''));
    }
    return texts.join('\n');
  }

  /** @returns Whether the line is in the file. */
  async #append(record: Record<string, unknown>): Promise<boolean> {
    try {
      const text = `${this.#torn ? '\n' : ''}${JSON.stringify(record)}\n`;
      if (this.#torn) await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
      await appendFile(this.file, text, { mode: 0o600 });
      if (this.#torn) await chmod(this.file, 0o600);
      this.#torn = false;
      if ((await stat(this.file)).size > MAX_BYTES) await rename(this.file, `${this.file}.old`);
      return true;
    } catch (error) {
      this.#torn = true;
      if (!this.#failed) {
        this.#failed = true;
        const why = error instanceof Error ? error.message : String(error);
        this.warn(
          `The history cannot be written to ${this.file}: ${why}. GRADOSCOPE_HISTORY=0 switches it off.`,
        );
      }
      return false;
    }
  }
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The file that GRADOSCOPE_HISTORY names; by default, one in the user's data folder; undefined: none (`0`). */
export function historyFile(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { GRADOSCOPE_HISTORY: given, XDG_DATA_HOME: data, APPDATA: roaming } = env;
  if (given === '0') return undefined;
  if (given) return path.resolve(given);
  const home = os.homedir();
  const folder =
    process.platform === 'darwin'
      ? path.join(home, 'Library/Application Support')
      : process.platform === 'win32'
        ? (roaming ?? home)
        : data !== undefined && path.isAbsolute(data)
          ? data
          : path.join(home, '.local/share');
  return path.join(folder, 'gradoscope', 'history.jsonl');
}
