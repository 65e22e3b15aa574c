/** The kernel counts as idle when it has had nothing to do for this long. */
const QUIET_MS = 150;
/** The pause between two steps, in which a client's request is taken first. */
const BETWEEN_MS = 20;

/** Runs steps in order, each once, while the kernel has nothing else to do. */
export class IdleSteps {
  #timer: NodeJS.Timeout | undefined;
  readonly #steps: (() => unknown)[];

  /** @param busy Whether a cell runs. */
  constructor(
    steps: readonly (() => unknown)[],
    private readonly busy: () => boolean,
  ) {
    this.#steps = [...steps];
  }

  /** Something was asked of the kernel: the quiet begins anew. @param wait Milliseconds of quiet before the next step. */
  touch(wait = QUIET_MS): void {
    clearTimeout(this.#timer);
    if (this.#steps.length === 0) return;
    this.#timer = setTimeout(() => void this.#next(), wait);
    this.#timer.unref();
  }

  async #next(): Promise<void> {
    if (this.busy()) return this.touch();
    const step = this.#steps.shift();
    try {
      await step?.();
    } catch {
      // What cannot be done ahead is done, and reported, when it is needed.
    }
    this.touch(BETWEEN_MS);
  }
}
