export interface Timed {
  /** Median, in ms. */
  readonly ms: number;
  readonly runs: number;
}

/** How long the event loop may wait, in ms: a notebook's messages and interrupts come in between. */
const TURN = 50;

/** Lets the event loop turn once. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The time of one call, in ms. */
export function timeOf(run: () => void): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

/**
 * Calls `run` for `budget` ms, at least three times unless that takes twice as long, while the event loop turns.
 * @returns the median time of a call
 */
export async function timed(run: () => void, budget: number): Promise<Timed> {
  const times: number[] = [];
  const began = performance.now();
  let turned = began;
  for (;;) {
    times.push(timeOf(run));
    const now = performance.now();
    if (now - began >= (times.length < 3 ? 2 * budget : budget)) break;
    if (now - turned < TURN) continue;
    await turn();
    turned = performance.now();
  }
  return { ms: median(times), runs: times.length };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
