import type { FromMain } from '../shared/protocol.js';
import type { RingReader } from '../shared/ring.js';
import type { Core } from './core.js';
import type { Outbox } from './outbox.js';

type Message = Exclude<FromMain, { type: 'kick' | 'close' | 'waiting' }>;

/** Text that may wait in the outbox; beyond it stays in the ring, which makes the writer wait. */
const MAX_BACKLOG = 8_000_000;
const RETRY_MS = 20;

/**
 * Joins what the main thread sends: text through the ring, all else through the port. The two are read at different
 * times; a barrier in the ring says where each message belongs.
 */
export class Inlet {
  readonly #messages: Message[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ring: Pick<RingReader, 'next' | 'pass' | 'sleep' | 'empty'>,
    private readonly core: Pick<Core, 'stream' | 'fromMain'>,
    private readonly outbox: Pick<Outbox, 'backlog'>,
  ) {}

  /** Nothing of the main thread's waits here, but for the mark of a message that was not for us. */
  get empty(): boolean {
    return this.#messages.length === 0 && (this.#stopped || this.ring.empty);
  }

  take(message: Message): void {
    this.#messages.push(message);
    this.drain();
  }

  drain(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    do {
      // A message must not wait for the backlog of text before it.
      while (this.#messages.length > 0 || this.outbox.backlog < MAX_BACKLOG) if (!this.#step()) break;
      if (this.outbox.backlog >= MAX_BACKLOG) {
        this.#timer = setTimeout(() => this.drain(), RETRY_MS);
        return;
      }
    } while (!this.#stopped && !this.ring.sleep());
  }

  /** The ring stands at a barrier whose message has not come; that message will go on. */
  #stopped = false;

  /** @returns false when there is nothing to be done now. */
  #step(): boolean {
    this.#stopped = false;
    const next = this.ring.next();
    if (next === undefined) return false;
    if (!('barrier' in next)) {
      this.core.stream(next);
      return true;
    }
    const [message] = this.#messages;
    if (!message) {
      this.#stopped = true;
      return false;
    }
    this.ring.pass();
    // A termination between barrier and message leaves a barrier alone: then the first message stands further on.
    if (message.mark === next.barrier) {
      this.#messages.shift();
      this.core.fromMain(message);
    }
    return true;
  }
}
