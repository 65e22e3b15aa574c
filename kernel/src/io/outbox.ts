import { pieces, type StreamName } from '../shared/ring.js';
import type { Content, Header, Outgoing } from '../wire/message.js';
import { Bucket, BYTE_LIMITS, MESSAGE_LIMITS, type Limits } from './bucket.js';

export interface OutboxOptions {
  /** Encodes and sends; gives back the size in bytes of the message's parts. */
  readonly send: (message: Outgoing) => number;
  /** Milliseconds that text of one stream is collected for before it is sent. */
  readonly mergeMs?: number;
  readonly messages?: Limits;
  readonly bytes?: Limits;
  readonly now?: () => number;
}

interface Entry {
  readonly message: Outgoing;
  readonly stream?: { readonly name: StreamName; text: string[]; size: number };
  /** When it may be sent; a stream that is followed by something else is ready at once. */
  readyAt: number;
  readonly onSent: (() => void) | undefined;
}

interface Lane {
  readonly entries: Entry[];
  readonly waiters: (() => void)[];
}

/** Largest text of one stream message, in UTF-16 units. */
const MAX_TEXT = 64 * 1024;
/** An estimate of header, parent header and quoting, in bytes. */
const OVERHEAD = 1024;

/** What the server does not count. */
const FREE = new Set(['status', 'comm_open', 'execute_input']);

/**
 * All of iopub: merges the text of a stream, keeps the order within a lane (one lane a request, one a comm), and stays
 * below the Jupyter server's limits. Lanes take turns, so that no request waits for another one's backlog.
 */
export class Outbox {
  readonly #lanes = new Map<string, Lane>();
  readonly #options: Required<Pick<OutboxOptions, 'send' | 'mergeMs' | 'now'>>;
  readonly #messages: Bucket;
  readonly #bytes: Bucket;
  #timer: NodeJS.Timeout | undefined;
  #size = 0;

  constructor(options: OutboxOptions) {
    const now = options.now ?? (() => performance.now());
    this.#options = { send: options.send, mergeMs: options.mergeMs ?? 50, now };
    this.#messages = new Bucket(options.messages ?? MESSAGE_LIMITS, now);
    this.#bytes = new Bucket(options.bytes ?? BYTE_LIMITS, now);
  }

  /** UTF-16 units of stream text that wait. */
  get backlog(): number {
    return this.#size;
  }

  stream(parent: Header, name: StreamName, text: string): void {
    const lane = this.#lane(parent.msg_id);
    for (const piece of text.length > MAX_TEXT ? pieces(text, MAX_TEXT) : [text]) {
      this.#size += piece.length;
      const last = lane.entries.at(-1);
      if (last?.stream?.name === name && last.stream.size + piece.length <= MAX_TEXT) {
        last.stream.text.push(piece);
        last.stream.size += piece.length;
        continue;
      }
      if (last) last.readyAt = 0;
      lane.entries.push({
        message: { type: 'stream', parent, content: {} },
        stream: { name, text: [piece], size: piece.length },
        readyAt: this.#options.now() + this.#options.mergeMs,
        onSent: undefined,
      });
    }
    this.#schedule(0);
  }

  /**
   * @param lane Messages of one lane keep their order; default: the parent's.
   * @param onSent Called when the message has left.
   */
  push(message: Outgoing, lane = message.parent?.msg_id ?? '', onSent?: () => void): void {
    const { entries } = this.#lane(lane);
    const last = entries.at(-1);
    if (last) last.readyAt = 0;
    entries.push({ message, readyAt: 0, onSent });
    this.flush();
  }

  /** Resolves when all that was pushed to the lane so far is sent. */
  drained(lane: string): Promise<void> {
    const found = this.#lanes.get(lane);
    const last = found?.entries.at(-1);
    if (!found || !last) return Promise.resolve();
    last.readyAt = 0;
    return new Promise((resolve) => {
      found.waiters.push(resolve);
      this.flush();
    });
  }

  /**
   * Drops stream text of a lane that waits, beyond the first `keep` units.
   * @returns The number of units dropped.
   */
  cut(lane: string, keep: number): number {
    const found = this.#lanes.get(lane);
    if (!found) return 0;
    let kept = 0;
    let dropped = 0;
    for (let i = 0; i < found.entries.length; i++) {
      const size = found.entries[i]?.stream?.size ?? 0;
      if (size === 0) continue;
      if (kept + size <= keep) {
        kept += size;
        continue;
      }
      dropped += size;
      found.entries.splice(i--, 1);
    }
    this.#size -= dropped;
    return dropped;
  }

  /** Sends all that may be sent now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    let wait = Infinity;
    for (let progress = true; progress;) {
      progress = false;
      wait = Infinity;
      for (const [key, lane] of [...this.#lanes]) {
        const delay = this.#sendHead(lane);
        if (delay === 0) progress = true;
        else wait = Math.min(wait, delay);
        if (lane.entries.length === 0) this.#finish(key, lane);
      }
    }
    if (wait !== Infinity) this.#schedule(wait);
  }

  /** Sends the first entry of a lane; @returns 0 when done, else milliseconds until to try again (Infinity: empty). */
  #sendHead(lane: Lane): number {
    const head = lane.entries[0];
    if (!head) return Infinity;
    const early = head.readyAt - this.#options.now();
    if (early > 0 && (head.stream?.size ?? 0) < MAX_TEXT / 2) return early;
    const free = FREE.has(head.message.type);
    const estimate = head.stream ? head.stream.size + OVERHEAD : 0;
    if (!free) {
      const delay = Math.max(this.#messages.delay(1), this.#bytes.delay(estimate));
      if (delay > 0) return Math.max(1, delay);
    }
    lane.entries.shift();
    const content: Content | string = head.stream
      ? { name: head.stream.name, text: head.stream.text.join('') }
      : head.message.content;
    if (head.stream) this.#size -= head.stream.size;
    const bytes = this.#options.send({ ...head.message, content });
    if (!free) {
      this.#messages.take(1);
      if (head.stream) this.#bytes.take(bytes);
    }
    if (head.message.type === 'status' && isIdle(content)) {
      this.#messages.refill();
      this.#bytes.refill();
    }
    head.onSent?.();
    return 0;
  }

  #lane(key: string): Lane {
    let lane = this.#lanes.get(key);
    if (!lane) this.#lanes.set(key, (lane = { entries: [], waiters: [] }));
    return lane;
  }

  #finish(key: string, lane: Lane): void {
    this.#lanes.delete(key);
    for (const waiter of lane.waiters) waiter();
  }

  #schedule(ms: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, ms);
  }
}

function isIdle(content: Content | string): boolean {
  return typeof content !== 'string' && content.execution_state === 'idle';
}
