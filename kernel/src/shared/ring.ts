/**
 * Text of stdout and stderr on its way from the main thread to the worker: a ring of bytes in shared memory.
 * The worker reads it while the main thread computes, the memory is bounded, and a full ring blocks the writer as a pipe does.
 */
export type StreamName = 'stdout' | 'stderr';

export interface Chunk {
  readonly seq: number;
  readonly name: StreamName;
  readonly text: string;
}

/** Where a message of the port belongs among the text. */
export interface Barrier {
  /** The position that the message carries as its mark. */
  readonly barrier: number;
}

/** In place of a cell's number. */
const BARRIER = 0xffffffff;
const HEADER_BYTES = 16;
const RECORD_BYTES = 8;
const WRITE = 0;
const READ = 1;
const SLEEPING = 2;
const PIECE = 16 * 1024;

class Ring {
  protected readonly control: Int32Array;
  protected readonly bytes: Buffer;

  constructor(readonly memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.bytes = Buffer.from(memory, HEADER_BYTES);
  }
}

/** @param capacity Bytes of text that fit; a power of two. */
export function ringMemory(capacity = 1 << 22): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + capacity);
}

/** Pieces of at most 16 Ki UTF-16 units that never end within a surrogate pair. */
export function* pieces(text: string, size = PIECE): Generator<string> {
  for (let i = 0; i < text.length;) {
    let end = Math.min(i + size, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
    yield text.slice(i, end);
    i = end;
  }
}

export class RingWriter extends Ring {
  readonly #kick: () => void;

  /** @param kick Wakes the reader; called only when it sleeps. */
  constructor(memory: SharedArrayBuffer, kick: () => void) {
    super(memory);
    this.#kick = kick;
  }

  /** Marks the place of a message that goes by the port. @returns The mark that the message must carry. */
  barrier(): number {
    this.#put(BARRIER, 0, Buffer.alloc(0));
    return Atomics.load(this.control, WRITE);
  }

  write(seq: number, name: StreamName, text: string): void {
    if (text.length <= PIECE) this.#record(seq, name, text);
    else for (const piece of pieces(text)) this.#record(seq, name, piece);
  }

  #record(seq: number, name: StreamName, text: string): void {
    if (text === '') return;
    const body = Buffer.from(text, 'utf8');
    this.#put(seq, body.length * 2 + (name === 'stderr' ? 1 : 0), body);
  }

  #put(seq: number, info: number, body: Buffer): void {
    const size = RECORD_BYTES + body.length;
    const at = Atomics.load(this.control, WRITE);
    for (;;) {
      const read = Atomics.load(this.control, READ);
      if (((at - read) >>> 0) + size <= this.bytes.length) break;
      this.#wake();
      // Short waits: an interrupt can end the loop, though not the wait itself.
      Atomics.wait(this.control, READ, read, 20);
    }
    const head = Buffer.allocUnsafe(RECORD_BYTES);
    head.writeUInt32LE(seq, 0);
    head.writeUInt32LE(info, 4);
    this.#copy(at, head);
    this.#copy(at + RECORD_BYTES, body);
    // Published last: a termination in the middle leaves no half record.
    Atomics.store(this.control, WRITE, (at + size) | 0);
    this.#wake();
  }

  #wake(): void {
    if (Atomics.load(this.control, SLEEPING) === 1 && Atomics.exchange(this.control, SLEEPING, 0) === 1)
      this.#kick();
  }

  #copy(position: number, data: Buffer): void {
    const start = (position >>> 0) % this.bytes.length;
    const first = Math.min(data.length, this.bytes.length - start);
    data.copy(this.bytes, start, 0, first);
    if (first < data.length) data.copy(this.bytes, 0, first);
  }
}

export class RingReader extends Ring {
  get empty(): boolean {
    return Atomics.load(this.control, WRITE) === Atomics.load(this.control, READ);
  }

  /** @returns false when text came in meanwhile: read on instead. */
  sleep(): boolean {
    Atomics.store(this.control, SLEEPING, 1);
    if (this.empty) return true;
    Atomics.store(this.control, SLEEPING, 0);
    return false;
  }

  /** The next record, which is taken, or the barrier that stands there, which stays until `pass()`; undefined: empty. */
  next(): Chunk | Barrier | undefined {
    const at = Atomics.load(this.control, READ);
    if (this.empty) return undefined;
    const head = this.#take(at, RECORD_BYTES);
    const seq = head.readUInt32LE(0);
    const info = head.readUInt32LE(4);
    if (seq === BARRIER) return { barrier: (at + RECORD_BYTES) | 0 };
    const length = Math.floor(info / 2);
    const text = this.#take(at + RECORD_BYTES, length).toString('utf8');
    this.#advance(at + RECORD_BYTES + length);
    return { seq, name: info % 2 === 1 ? 'stderr' : 'stdout', text };
  }

  /** Goes past the barrier at which `next()` stands. */
  pass(): void {
    this.#advance(Atomics.load(this.control, READ) + RECORD_BYTES);
  }

  #advance(position: number): void {
    Atomics.store(this.control, READ, position | 0);
    Atomics.notify(this.control, READ);
  }

  #take(position: number, length: number): Buffer {
    const start = (position >>> 0) % this.bytes.length;
    if (start + length <= this.bytes.length) return this.bytes.subarray(start, start + length);
    return Buffer.concat([
      this.bytes.subarray(start),
      this.bytes.subarray(0, start + length - this.bytes.length),
    ]);
  }
}
