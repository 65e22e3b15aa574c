import * as tf from '@tensorflow/tfjs';

import { batches, type Dataset, type NdArray } from '../data/index.js';
import { detached, eachDetached } from '../tensor/index.js';
import type { Learner } from './learner.js';
import type { ResolvedLoss } from './losses.js';
import { measureMetric, type Metric } from './metrics.js';

/** Weighted means of loss and metrics, as an epoch adds up its batches. */
export class Means {
  readonly #sums = new Map<string, number>();
  #weight = 0;

  add(logs: Readonly<Record<string, number>>, weight: number): void {
    this.#weight += weight;
    for (const [name, value] of Object.entries(logs)) {
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value * weight);
    }
  }

  logs(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#weight]));
  }
}

/**
 * Loss and metrics over a data set, in inference mode (no dropout).
 * @param turn called after each batch: lets the event loop turn, and may throw to end it
 */
export async function evaluateOn(
  { learner, loss, metrics }: { learner: Learner; loss: ResolvedLoss; metrics: readonly Metric[] },
  data: Dataset,
  batchSize: number,
  turn: () => Promise<void>,
): Promise<Record<string, number>> {
  const means = new Means();
  const names = ['loss', ...metrics.map(({ name }) => name)];
  for (const { x, y, size } of eachDetached(batches(data, batchSize))) {
    const compute = (): tf.Tensor => {
      const yPred = learner.forward(x, false);
      const fit = loss.compute(y, yPred);
      const penalty = learner.penalty();
      const scalars = [
        penalty === undefined ? fit : tf.add(fit, penalty),
        ...metrics.map((metric) => measureMetric(metric, y, yPred)),
      ];
      return tf.stack(scalars.map((scalar) => scalar.reshape([])));
    };
    const result = detached(() => tf.tidy(compute));
    tf.dispose([x, y]);
    const values = await result.data();
    result.dispose();
    means.add(Object.fromEntries(names.map((name, i) => [name, values[i] as number])), size);
    await turn();
  }
  return means.logs();
}

/** Predictions for a data set, `[examples, …]`, in inference mode. */
export async function predictOn(
  learner: Learner,
  data: Dataset,
  batchSize: number,
  turn: () => Promise<void>,
): Promise<NdArray> {
  const width = learner.outputShape.reduce((product, n) => product * n, 1);
  const out: Float32Array = new Float32Array(data.size * width);
  let row = 0;
  for (const { x, y, size } of eachDetached(batches(data, batchSize))) {
    const yPred = detached(() => tf.tidy(() => learner.forward(x, false)));
    tf.dispose([x, y]);
    out.set((await yPred.data()) as Float32Array, row * width);
    yPred.dispose();
    row += size;
    await turn();
  }
  return { data: out, shape: [data.size, ...learner.outputShape] };
}
