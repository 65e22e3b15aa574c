import * as tf from '@tensorflow/tfjs';

import { Random } from '../../../lib/dist/data/index.js';
import type { Weights } from './compiled-training.js';

/** The float32 number next to a value, above or below it; 0 stays 0, whose neighbours are no more than rounding to 0. */
function neighbour(value: number, up: boolean): number {
  if (value === 0) return 0;
  const bits = new Int32Array(new Float32Array([value]).buffer);
  bits[0] = (bits[0] as number) + (up === value > 0 ? 1 : -1);
  return new Float32Array(bits.buffer)[0] as number;
}

/**
 * Moves every weight to its neighbour above or below, at random: the smallest change that touches all that another order of
 * the same arithmetic touches.
 */
export function perturb(model: tf.LayersModel, seed: number): void {
  const random = new Random(seed);
  const moved = model.getWeights().map((weight) => {
    const values = Float32Array.from(weight.dataSync(), (value) => neighbour(value, random.next() < 0.5));
    return tf.tensor(values, weight.shape);
  });
  model.setWeights(moved);
  tf.dispose(moved);
}

/** How far two sets of weights are apart. */
export interface Distance {
  /** The largest difference of a weight. */
  readonly max: number;
  /** The L2 norm of the difference by that of the first. */
  readonly relative: number;
}

export function distance(from: Weights, to: Weights): Distance {
  let [max, squares, total] = [0, 0, 0];
  from.forEach((list, i) =>
    list.forEach((value, j) => {
      const difference = Math.abs(value - ((to[i] as readonly number[])[j] as number));
      max = Math.max(max, Number.isNaN(difference) ? Infinity : difference);
      squares += difference ** 2;
      total += value ** 2;
    }),
  );
  return { max, relative: Math.sqrt(squares / total) };
}

/** The 95th percentile, with interpolation between the two nearest (of 20 values: between the last two). */
export function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = 0.95 * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  return below + (at % 1) * ((sorted[Math.ceil(at)] as number) - below);
}
