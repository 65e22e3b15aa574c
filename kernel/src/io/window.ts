/** How much may be sent in any span of time. */
export interface Limits {
  /** Messages, or bytes. */
  readonly amount: number;
  readonly ms: number;
}

/**
 * The Jupyter server drops iopub messages over 1,000 a second, and stream messages over 1 MB a second, averaged over a
 * window of 3 s. What is sent in any 4 s stays below what it takes in 3, so that it may read up to a second late.
 */
export const SERVER_MESSAGES: Limits = { amount: 2_900, ms: 4000 };
export const SERVER_BYTES: Limits = { amount: 2_900_000, ms: 4000 };

/** A client that reads the sockets itself drops nothing; what it has not read yet waits in this process's memory. */
export const DIRECT_MESSAGES: Limits = { amount: 100_000, ms: 1000 };
export const DIRECT_BYTES: Limits = { amount: 32_000_000, ms: 1000 };

/** Times nearer than this are counted as one, and forgotten that much later. */
const GRAIN_MS = 5;

/** What was sent lately: a sliding window. */
export class Window {
  #taken: { at: number; amount: number }[] = [];
  #first = 0;
  #sum = 0;

  constructor(
    readonly limits: Limits,
    private readonly now: () => number,
  ) {}

  /**
   * Milliseconds until `amount` may be taken; 0: now. An amount over the limit waits for an empty window.
   * @param share Part of the limit that is open to this sender.
   */
  delay(amount: number, share = 1): number {
    const now = this.now();
    this.#forget(now);
    const limit = this.limits.amount * share;
    let over = this.#sum + Math.min(amount, limit) - limit;
    if (over <= 0) return 0;
    for (let i = this.#first; i < this.#taken.length; i++) {
      const item = this.#taken[i];
      if (!item) break;
      over -= item.amount;
      if (over <= 0) return Math.max(1, item.at + this.limits.ms + GRAIN_MS - now);
    }
    return this.limits.ms;
  }

  take(amount: number): void {
    const now = this.now();
    this.#sum += amount;
    const last = this.#taken.at(-1);
    if (last && this.#taken.length > this.#first && now - last.at <= GRAIN_MS) {
      last.amount += amount;
      return;
    }
    this.#taken.push({ at: now, amount });
  }

  /** The server forgets what it counted when it sees `idle`. */
  clear(): void {
    this.#taken = [];
    this.#first = 0;
    this.#sum = 0;
  }

  #forget(now: number): void {
    const until = now - this.limits.ms - GRAIN_MS;
    for (;;) {
      const item = this.#taken[this.#first];
      if (!item || item.at > until) break;
      this.#sum -= item.amount;
      this.#first += 1;
    }
    if (this.#first > 1000) {
      this.#taken = this.#taken.slice(this.#first);
      this.#first = 0;
    }
  }
}
