import type { FromMain } from '../shared/protocol.js';
import type { RingReader } from '../shared/ring.js';
import type { Core } from './core.js';
import type { Outbox } from './outbox.js';

/** Text that may wait in the outbox; beyond it stays in the ring, which makes the writer wait. */
const MAX_BACKLOG = 8_000_000;
const RETRY_MS = 20;

/** Joins what the main thread sends: stream text through the ring, all else through the port, in the order of its making. */
export class Inlet {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ring: RingReader,
    private readonly core: Core,
    private readonly outbox: Outbox,
  ) {}

  take(message: Exclude<FromMain, { type: 'close' }>): void {
    if (message.type === 'kick') return this.drain();
    for (let chunk = this.ring.next(message.mark); chunk; chunk = this.ring.next(message.mark))
      this.core.stream(chunk);
    this.core.fromMain(message);
  }

  drain(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    do {
      while (this.outbox.backlog < MAX_BACKLOG) {
        const chunk = this.ring.next();
        if (!chunk) break;
        this.core.stream(chunk);
      }
      if (this.outbox.backlog >= MAX_BACKLOG) {
        this.#timer = setTimeout(() => this.drain(), RETRY_MS);
        return;
      }
    } while (!this.ring.sleep());
  }
}
