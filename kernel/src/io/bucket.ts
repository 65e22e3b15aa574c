export interface Limits {
  /** Messages (or bytes) a second, in the long run. */
  readonly rate: number;
  /** Messages (or bytes) that may be sent at once after a pause. */
  readonly burst: number;
}

/**
 * The Jupyter server drops iopub messages over 1,000 a second, and stream messages over 1 MB a second, averaged over a
 * window of 3 s. A burst and 3 s at the rate stay below both even when the server reads a second late:
 * 0.5 MB + 4 s · 0.6 MB/s = 2.9 MB < 3 MB, and 500 + 4 s · 600/s = 2,900 < 3,000.
 */
export const MESSAGE_LIMITS: Limits = { rate: 600, burst: 500 };
export const BYTE_LIMITS: Limits = { rate: 600_000, burst: 500_000 };

/** A token bucket: tokens come at `rate` up to `burst`. */
export class Bucket {
  #tokens: number;
  #at: number;

  constructor(
    readonly limits: Limits,
    private readonly now: () => number,
  ) {
    this.#tokens = limits.burst;
    this.#at = now();
  }

  /** Milliseconds until `amount` may be taken; 0: now. An amount over the burst waits for a full bucket. */
  delay(amount: number): number {
    const now = this.now();
    this.#tokens = Math.min(this.limits.burst, this.#tokens + ((now - this.#at) / 1000) * this.limits.rate);
    this.#at = now;
    const missing = Math.min(amount, this.limits.burst) - this.#tokens;
    return missing <= 1e-6 ? 0 : (missing / this.limits.rate) * 1000;
  }

  take(amount: number): void {
    this.#tokens -= amount;
  }

  /** The server forgets what it counted when it sees `idle`. */
  refill(): void {
    this.#tokens = this.limits.burst;
  }
}
