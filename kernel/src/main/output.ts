import type { MessagePort } from 'node:worker_threads';
import type { Flags } from '../shared/flags.js';
import type { FromMain } from '../shared/protocol.js';
import { RingWriter, type StreamName } from '../shared/ring.js';
import type { Content } from '../wire/message.js';
import type { Cell } from './cell.js';

/** Bytes of displays and comm messages that may be on their way; beyond it the main thread waits. */
const MAX_IN_FLIGHT = 32 * 1024 * 1024;

export type Payload = FromMain extends infer T
  ? T extends { mark: number }
    ? Omit<T, 'mark'>
    : never
  : never;

/** All that leaves the main thread for the sockets, in order. */
export class Output {
  readonly #ring: RingWriter;

  constructor(
    ring: SharedArrayBuffer,
    private readonly port: MessagePort,
    private readonly flags: Flags,
    /** Throws when the cell has ended, or is to. */
    private readonly check: (cell: Cell) => void,
    /** Has printed stacks say where in the cells they are. */
    private readonly explain: (text: string) => string,
  ) {
    this.#ring = new RingWriter(ring, () => port.postMessage({ type: 'kick', mark: 0 }));
  }

  stream(cell: Cell | undefined, name: StreamName, text: string): void {
    if (!cell) return;
    this.check(cell);
    this.#ring.write(cell.seq, name, this.explain(text));
  }

  /** Text of the kernel's own, which a dead cell gets too. */
  note(cell: Cell | undefined, text: string): void {
    if (cell) this.#ring.write(cell.seq, 'stderr', text);
  }

  /** @throws TypeError when the content is not JSON. */
  publish(
    cell: Cell,
    msgType: string,
    content: Content,
    {
      evenDead,
      ...extra
    }: { buffers?: readonly Uint8Array[]; metadata?: Content; lane?: string; evenDead?: boolean } = {},
  ): void {
    if (!evenDead) this.check(cell);
    const text = json(content, msgType);
    const size = text.length + (extra.buffers ?? []).reduce((sum, b) => sum + b.byteLength, 0);
    for (let n = this.flags.get('inFlight'); n > MAX_IN_FLIGHT; n = this.flags.get('inFlight')) {
      this.flags.waitWhile('inFlight', n, 20);
    }
    this.flags.add('inFlight', size);
    this.post({ type: 'publish', seq: cell.seq, msgType, content: text, ...extra });
  }

  /** Tells the worker, in no order with what is printed. */
  waiting(known: readonly number[]): void {
    const message: FromMain = { type: 'waiting', known, mark: 0 };
    this.port.postMessage(message);
  }

  post(message: Payload): void {
    this.port.postMessage({ ...message, mark: this.#ring.barrier() });
  }
}

function json(content: Content, msgType: string): string {
  try {
    return JSON.stringify(content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TypeError(
      `The content of a ${msgType} message must be JSON: ${why}. Convert such values to strings or numbers.`,
    );
  }
}
