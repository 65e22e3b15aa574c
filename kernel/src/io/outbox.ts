import { pieces, type StreamName } from '../shared/ring.js';
import type { Content, Header, Outgoing } from '../wire/message.js';
import { Pace } from './pace.js';

export interface OutboxOptions {
  /** Encodes and sends; gives back the size in bytes of the message's parts. */
  readonly send: (message: Outgoing) => number;
  /** Milliseconds that text of one stream is collected for before it is sent. */
  readonly mergeMs?: number;
  readonly now?: () => number;
  /** Whether all clients read the sockets themselves; else output keeps below the Jupyter server's limits. */
  readonly direct?: () => boolean;
}

interface Entry {
  readonly message: Outgoing;
  readonly stream?: { readonly name: StreamName; text: string[]; size: number };
  /** A stream's content as JSON, once it is its turn: no more text is merged into it. */
  json?: string;
  /** When it may be sent; a stream that is followed by something else is ready at once. */
  readyAt: number;
  readonly onGone: (() => void)[];
}

interface Lane {
  readonly entries: Entry[];
}

/** Largest text of one stream message, in UTF-16 units. */
const MAX_TEXT = 64 * 1024;
/** An estimate of header and parent header, in bytes. */
const OVERHEAD = 1024;
/** A lane with more entries than this waiting is long. */
const LONG = 4;

/** What the server does not count. */
const FREE = new Set(['status', 'comm_open', 'execute_input']);

/**
 * All of iopub: merges the text of a stream, keeps the order within a lane (one lane a request, one a comm), and stays
 * below the Jupyter server's limits. Lanes take turns, so that no request waits for another one's backlog.
 */
export class Outbox {
  readonly #lanes = new Map<string, Lane>();
  readonly #options: Required<OutboxOptions>;
  readonly #pace: Pace;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #size = 0;

  constructor(options: OutboxOptions) {
    const now = options.now ?? (() => performance.now());
    this.#options = { mergeMs: 50, direct: () => false, ...options, now };
    this.#pace = new Pace(now, this.#options.direct);
  }

  /** UTF-16 units of stream text that wait. */
  get backlog(): number {
    return this.#size;
  }

  /** Nothing waits. */
  get empty(): boolean {
    return this.#lanes.size === 0;
  }

  stream(parent: Header, name: StreamName, text: string): void {
    const lane = this.#lane(parent.msg_id);
    for (const piece of text.length > MAX_TEXT ? pieces(text, MAX_TEXT) : [text]) {
      this.#size += piece.length;
      const last = lane.entries.at(-1);
      if (
        last?.stream?.name === name &&
        last.json === undefined &&
        last.stream.size + piece.length <= MAX_TEXT
      ) {
        last.stream.text.push(piece);
        last.stream.size += piece.length;
        continue;
      }
      if (last) last.readyAt = 0;
      lane.entries.push({
        message: { type: 'stream', parent, content: {} },
        stream: { name, text: [piece], size: piece.length },
        readyAt: this.#options.now() + this.#options.mergeMs,
        onGone: [],
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
    entries.push({ message, readyAt: 0, onGone: onSent ? [onSent] : [] });
    this.flush();
  }

  /** Resolves when all that was pushed so far for a request, in any lane, is sent. @param parent Its message id. */
  async drained(parent: string): Promise<void> {
    const waits: Promise<void>[] = [];
    for (const { entries } of this.#lanes.values()) {
      const last = entries.findLast((entry) => entry.message.parent?.msg_id === parent);
      if (!last) continue;
      last.readyAt = 0;
      waits.push(new Promise((resolve) => last.onGone.push(resolve)));
    }
    if (waits.length === 0) return;
    this.flush();
    await Promise.all(waits);
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
      for (const gone of found.entries.splice(i--, 1)[0]?.onGone ?? []) gone();
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
        if (lane.entries.length === 0) this.#lanes.delete(key);
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
    const content = this.#encode(head);
    const free = FREE.has(head.message.type);
    const size = head.json === undefined ? 0 : Buffer.byteLength(head.json) + OVERHEAD;
    if (!free) {
      const delay = this.#pace.delay(size, lane.entries.length > LONG);
      if (delay > 0) return Math.max(1, delay);
    }
    lane.entries.shift();
    if (head.stream) this.#size -= head.stream.size;
    const bytes = this.#options.send({ ...head.message, content });
    if (!free) this.#pace.take(head.stream ? bytes : 0);
    if (head.message.type === 'status' && isIdle(content)) this.#pace.idle();
    for (const gone of head.onGone) gone();
    return 0;
  }

  #encode(entry: Entry): Content | string {
    const { stream } = entry;
    if (!stream) return entry.message.content;
    return (entry.json ??= JSON.stringify({ name: stream.name, text: stream.text.join('') }));
  }

  #lane(key: string): Lane {
    let lane = this.#lanes.get(key);
    if (!lane) this.#lanes.set(key, (lane = { entries: [] }));
    return lane;
  }

  #schedule(ms: number): void {
    const due = this.#options.now() + ms;
    if (this.#timer !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.flush(), ms);
  }
}

function isIdle(content: Content | string): boolean {
  return typeof content !== 'string' && content.execution_state === 'idle';
}
