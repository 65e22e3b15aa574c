import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';

import { loadMnist, Random, type Dataset } from '../../../lib/dist/data/index.js';
import { compileStep, loadTensorFlow, withStockKernels } from '../../../lib/dist/tensor/index.js';
import { stepOf } from './compiled-training.js';

const { native, reason } = await loadTensorFlow();
const full = process.env.GRADOSCOPE_FULL === '1';
const SEEDS = full ? 20 : 3;
/** Student's t: 97.5 % of the distribution with `SEEDS - 1` degrees of freedom lie below. */
const T = full ? 2.093 : 4.303;
/** The last batch of the full MLP's epochs is smaller. */
const SIZES = full
  ? { mlp: { train: 5_000, epochs: 3 }, cnn: { train: 1_920, epochs: 4 }, test: 10_000 }
  : { mlp: { train: 960, epochs: 3 }, cnn: { train: 960, epochs: 4 }, test: 1_000 };
/** Points (percent of the test images) by which accuracies may differ in the mean. */
const BOUND = full ? 0.3 : 2;

type How = 'stock eager' | 'graph' | 'xla';

const { layers: L } = tf;

const MODELS = {
  mlp: (init) => [
    L.flatten({ inputShape: [28, 28, 1] }),
    L.dense({ units: 64, activation: 'relu', ...init() }),
    L.dense({ units: 10, ...init() }),
  ],
  cnn: (init) => [
    L.conv2d({
      inputShape: [28, 28, 1],
      filters: 6,
      kernelSize: 3,
      strides: 2,
      activation: 'relu',
      ...init(),
    }),
    L.maxPooling2d({ poolSize: 2 }),
    L.flatten(),
    L.dense({ units: 10, ...init() }),
  ],
} satisfies Record<string, (init: () => object) => tf.layers.Layer[]>;

const tensors = ({ x, y }: Dataset): { x: tf.Tensor; y: tf.Tensor; labels: Int32Array } => ({
  x: tf.tensor(x.data as Float32Array, x.shape as number[]),
  y: tf.tidy(() => tf.oneHot(tf.tensor1d(y.data as Int32Array, 'int32'), 10).toFloat()),
  labels: y.data as Int32Array,
});

/** Percent of the test images that a model calls by their names, after a training that differs by its seed. */
function accuracy(
  kind: keyof typeof MODELS,
  how: How,
  seed: number,
  { train, test }: { train: Dataset; test: Dataset },
): number {
  let next = 100 * seed;
  const init = (): object => ({ kernelInitializer: tf.initializers.glorotUniform({ seed: ++next }) });
  const model = tf.sequential({ layers: MODELS[kind](init) });
  const optimizer = tf.train.adam(0.005);
  const images = tensors(train);
  const plain = stepOf(model, optimizer);
  const compiled =
    how === 'stock eager'
      ? undefined
      : compileStep((x, y) => plain(x as tf.Tensor, y as tf.Tensor), { xla: how === 'xla' });
  const step = (x: tf.Tensor, y: tf.Tensor): void =>
    tf.dispose(compiled ? compiled.run(x, y) : withStockKernels(() => tf.tidy(() => plain(x, y))));
  const random = new Random(seed);
  for (let epoch = 0; epoch < SIZES[kind].epochs; epoch++) {
    const order = Int32Array.from(random.permutation(train.size));
    for (let from = 0; from < order.length; from += 96) {
      const rows = tf.tensor1d(order.subarray(from, from + 96), 'int32');
      const [x, y] = [tf.gather(images.x, rows), tf.gather(images.y, rows)];
      step(x, y);
      tf.dispose([rows, x, y]);
    }
  }
  if (compiled) expect(compiled.mode).toBe(how);
  const { x, y, labels } = tensors(test);
  const called = tf.tidy(() => tf.argMax(model.predict(x) as tf.Tensor, 1).dataSync());
  const right = labels.filter((label, i) => label === called[i]).length;
  compiled?.dispose();
  optimizer.dispose();
  model.dispose();
  tf.dispose([x, y, images.x, images.y]);
  return (100 * right) / labels.length;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of paired differences, and half of the width of its 95 % interval. */
function paired(a: readonly number[], b: readonly number[]): { difference: number; half: number } {
  const differences = a.map((value, i) => value - (b[i] as number));
  const difference = mean(differences);
  const variance = mean(differences.map((value) => (value - difference) ** 2)) * (SEEDS / (SEEDS - 1));
  return { difference, half: T * Math.sqrt(variance / SEEDS) };
}

describe.skipIf(!native)(`final accuracy on MNIST over ${SEEDS} seeds (${reason})`, () => {
  afterEach(() => tf.disposeVariables());

  it.each(full ? (['mlp', 'cnn'] as const) : (['mlp'] as const))(
    'of the %s is that of the stock eager step with overrides and by XLA',
    async (kind) => {
      const data = await loadMnist({ train: SIZES[kind].train, test: SIZES.test });
      const over = (how: How): number[] =>
        Array.from({ length: SEEDS }, (_, seed) => accuracy(kind, how, seed, data));
      const stock = over('stock eager');
      expect(mean(stock)).toBeGreaterThan(full ? 80 : 60);
      for (const how of ['graph', 'xla'] as const) {
        const { difference, half } = paired(over(how), stock);
        expect(Math.abs(difference), `${how}: ${difference} ± ${half} points`).toBeLessThanOrEqual(half);
        expect(Math.abs(difference) + half, `${how}: ${difference} ± ${half} points`).toBeLessThan(BOUND);
      }
    },
    600_000,
  );
});
