import type { FitModel } from './model.js';

/**
 * Says when a step with code of the user's own is to be looked at again: at each epoch, and 1, 2, 4, 8, … batches after it
 * was recorded.
 */
export class Schedule {
  #history: FitModel['history'];
  #epoch: number | undefined;
  #batches = 0;
  #next = 1;

  /** The counting begins anew. */
  recorded(): void {
    this.#batches = 0;
    this.#next = 1;
  }

  /**
   * Counts a batch.
   * @returns `fit`: it is the first of a call of `fit`; `epoch`: of an epoch; `batch`: in between, but due
   */
  due({ history }: FitModel): 'fit' | 'epoch' | 'batch' | undefined {
    const epoch = history?.epoch.length;
    const first = history !== this.#history ? 'fit' : epoch !== this.#epoch ? 'epoch' : undefined;
    this.#history = history;
    this.#epoch = epoch;
    if (++this.#batches < this.#next) return first;
    this.#next *= 2;
    return first ?? 'batch';
  }
}
