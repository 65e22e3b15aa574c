import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { log } from './receive.js';
import { isRecord } from '../wire/message.js';

const SUFFIX = '.running';
const SIZE = 512;
const POLL_MS = 1000;
/** After the start, which must not wait for it. */
const SWEEP_MS = 5000;

/** What is known of a process that may die at any moment. */
interface Words {
  readonly pid: number;
  /** Execution count of the cell that runs; 0: none. */
  readonly cell: number;
  /** Memory of the process (resident set) when last looked at, in bytes. */
  readonly memory: number;
}

/**
 * A note beside the connection file of what this process is doing. A process that ends in order removes it; one that
 * crashes cannot, and the process that Jupyter then starts with the same connection file tells the user.
 */
export class LastWords {
  readonly #file: string;
  #fd: number | undefined;
  #cell = 0;
  #timer: NodeJS.Timeout | undefined;
  #obituary: string | undefined;

  constructor(connectionFile: string) {
    this.#file = `${connectionFile.replace(/\.json$/, '')}${SUFFIX}`;
    this.#obituary = obituary(this.#file);
    if (this.#obituary !== undefined) log(this.#obituary.trim());
    try {
      this.#fd = openSync(this.#file, 'w', 0o600);
      this.#write();
      setTimeout(() => sweep(path.dirname(this.#file)), SWEEP_MS).unref();
    } catch {
      // A folder that cannot be written to: a crash then goes without a word.
      this.#fd = undefined;
    }
  }

  /** What became of the process before this one, for the user; undefined: nothing to say, or said already. */
  obituary(): string | undefined {
    const text = this.#obituary;
    this.#obituary = undefined;
    return text;
  }

  /** @param executionCount Of the cell that begins. */
  begin(executionCount: number): void {
    this.#cell = executionCount;
    this.#write();
    this.#timer ??= setInterval(() => this.#write(), POLL_MS).unref();
  }

  /** The cell has ended. */
  end(): void {
    this.#cell = 0;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#write();
  }

  /** The process ends in order. */
  remove(): void {
    clearInterval(this.#timer);
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    rmSync(this.#file, { force: true });
  }

  #write(): void {
    if (this.#fd === undefined) return;
    const words: Words = { pid: process.pid, cell: this.#cell, memory: process.memoryUsage.rss() };
    // Of one length, at one place: never half old and half new.
    writeSync(this.#fd, JSON.stringify(words).padEnd(SIZE), 0);
  }
}

/** Removes the notes of processes that were killed and that nobody has started anew. */
function sweep(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (!name.endsWith(SUFFIX)) continue;
      const file = path.join(folder, name);
      if (!existsSync(`${file.slice(0, -SUFFIX.length)}.json`) && !lives(file)) rmSync(file, { force: true });
    }
  } catch {
    // Another's folder: nothing of ours can be in the way.
  }
}

function lives(file: string): boolean {
  const words: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isRecord(words) || typeof words.pid !== 'number') return true;
  try {
    return process.kill(words.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function obituary(file: string): string | undefined {
  let words: unknown;
  try {
    words = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  if (!isRecord(words) || typeof words.cell !== 'number' || typeof words.memory !== 'number')
    return undefined;
  const when = words.cell > 0 ? `while In[${words.cell}] ran` : 'while no cell ran';
  const memory = `${gigabytes(words.memory)} of this machine's ${gigabytes(os.totalmem())}`;
  return (
    `The kernel died ${when}, and this is a new one: all variables are lost. ` +
    `It used ${memory} of memory. It was killed, ran out of memory, or native code crashed; ` +
    'what it said last is in the log of the Jupyter server.\n'
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
