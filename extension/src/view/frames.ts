/** Milliseconds between two pictures at least: ten a second is what the kernel sends. */
const SHORTEST = 90;

/**
 * Draws at most once an animation frame, one picture at a time, and only while it is awake. Drawing takes at most about half of
 * the page's time, so that the notebook stays quick however large the chart is.
 */
export class Frames {
  #wanted = false;
  #awake = false;
  #drawing = false;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #notBefore = 0;
  #stopped = false;

  /** @param draw draws the newest state; errors are its own affair */
  constructor(private readonly draw: () => Promise<void>) {}

  /** The picture is out of date. */
  request(): void {
    this.#wanted = true;
    this.#schedule();
  }

  /** Asleep, nothing is drawn; on waking, what was requested meanwhile is drawn once. */
  set awake(awake: boolean) {
    this.#awake = awake;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (!this.#wanted || !this.#awake || this.#drawing || this.#stopped || this.#frame !== 0 || this.#timer)
      return;
    const wait = this.#notBefore - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#schedule();
      }, wait);
      return;
    }
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (!this.#wanted || !this.#awake || this.#stopped) return;
    this.#wanted = false;
    this.#drawing = true;
    const start = performance.now();
    try {
      await this.draw();
    } finally {
      const end = performance.now();
      this.#notBefore = Math.max(start + SHORTEST, end + (end - start));
      this.#drawing = false;
      this.#schedule();
    }
  }
}
