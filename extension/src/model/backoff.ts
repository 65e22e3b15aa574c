/** Waiting times for repeated requests: none for the first, then doubling from `first` to `longest` while they keep coming. */
export class Backoff {
  #delay = 0;
  #last = -Infinity;

  /**
   * @param options.first milliseconds before the second request
   * @param options.longest most milliseconds before a request
   * @param options.calm a request this many milliseconds after the last one counts as a first one again
   */
  constructor(private readonly options = { first: 250, longest: 30_000, calm: 60_000 }) {}

  /** Milliseconds to wait before the next request. */
  next(now = Date.now()): number {
    const { first, longest, calm } = this.options;
    const wait = now - this.#last > calm ? 0 : this.#delay;
    this.#delay = wait === 0 ? first : Math.min(wait * 2, longest);
    this.#last = now + wait;
    return wait;
  }
}
