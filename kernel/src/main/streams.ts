import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { StreamName } from '../shared/ring.js';

type Callback = (error?: Error | null) => void;

/** A writable stream that hands its text to `sink` at once; it has no state that a termination could leave half-way. */
export class TextStream extends Writable {
  /** A character may come in two pieces. */
  readonly #decoder = new StringDecoder('utf8');

  constructor(private readonly sink: (text: string) => void) {
    super({ decodeStrings: false });
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): boolean {
    const done = typeof encoding === 'function' ? encoding : callback;
    this.sink(
      chunk instanceof Uint8Array
        ? this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
        : this.#decoder.end() + toText(chunk, typeof encoding === 'string' ? encoding : undefined),
    );
    if (done) process.nextTick(done);
    return true;
  }

  /** Writes; like a process's own, the stream stays open. */
  override end(chunk?: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): this {
    const done = [chunk, encoding, callback].find((f) => typeof f === 'function') as Callback | undefined;
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function')
      this.write(chunk, typeof encoding === 'string' ? encoding : 'utf8');
    if (done) process.nextTick(done);
    return this;
  }
}

export function toText(chunk: unknown, encoding: BufferEncoding | undefined): string {
  if (typeof chunk === 'string')
    return encoding === 'hex' || encoding === 'base64'
      ? Buffer.from(chunk, encoding).toString('utf8')
      : chunk;
  if (chunk instanceof Uint8Array)
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8');
  throw new TypeError(
    `The chunk to write must be a string or a Uint8Array; it is ${chunk === null ? 'null' : typeof chunk}.`,
  );
}

export function cellConsole(stdout: Writable, stderr: Writable): Console {
  // What the stream throws must reach the code of a cell that is to end.
  return new Console({ stdout, stderr, colorMode: false, ignoreErrors: false });
}

/** Sends what libraries write to the process's streams to `sink`. */
export function redirectProcess(sink: (name: StreamName, text: string) => void): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const write = (chunk: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): boolean => {
      const done = typeof encoding === 'function' ? encoding : callback;
      sink(name, toText(chunk, typeof encoding === 'string' ? encoding : undefined));
      if (done) process.nextTick(done);
      return true;
    };
    process[name].write = write as typeof process.stdout.write;
  }
}
