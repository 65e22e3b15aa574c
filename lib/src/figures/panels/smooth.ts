import { rounded } from '../axis.js';
import type { Cell } from '../types.js';

/**
 * Exponential moving average without its bias towards zero at the start; gaps stay gaps.
 * @param weight of the past, from 0 (no smoothing) to below 1
 */
export function smooth(values: readonly Cell[], weight: number): Cell[] {
  let [sum, norm] = [0, 0];
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    norm = weight * norm + (1 - weight);
    return rounded(sum / norm);
  });
}
