import type { Progress } from '../run/index.js';

const WINDOW_MS = 2_000;

/** Counts steps and examples and tells the pace: examples a second over the last two seconds, and the time left. */
export class Pace {
  readonly #began = performance.now();
  /** [ms, examples] of recent steps, the oldest first. */
  readonly #recent: [number, number][] = [];
  #paused = 0;
  #pausedAt: number | undefined;
  step = 0;
  examples = 0;

  constructor(
    private readonly stepsPerEpoch: number,
    private readonly epochs: number,
  ) {}

  /** Seconds since the run began. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** Epochs done, with the fraction of the running one. */
  get epoch(): number {
    return this.step / this.stepsPerEpoch;
  }

  pause(): void {
    this.#pausedAt ??= performance.now();
  }

  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#paused += performance.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#recent.length = 0;
  }

  /** Counts a step of `examples` examples. */
  count(examples: number): void {
    this.step++;
    this.examples += examples;
    const now = performance.now();
    this.#recent.push([now, this.examples]);
    while (this.#recent.length > 2 && now - (this.#recent[0] as [number, number])[0] > WINDOW_MS)
      this.#recent.shift();
  }

  progress(): Progress {
    const steps = this.stepsPerEpoch * this.epochs;
    const active = this.seconds - this.#paused / 1000;
    const first = this.#recent[0];
    const last = this.#recent[this.#recent.length - 1];
    const pace =
      first !== undefined && last !== undefined && last[0] > first[0]
        ? { examplesPerSecond: (1000 * (last[1] - first[1])) / (last[0] - first[0]) }
        : {};
    const eta = this.step > 0 ? { eta: (active / this.step) * (steps - this.step) } : {};
    return { step: this.step, steps, epoch: this.epoch, epochs: this.epochs, ...pace, ...eta };
  }
}
