import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { loadTensorFlow, withStockKernels } from '../../../../lib/dist/tensor/index.js';

const { native, reason } = await loadTensorFlow();

const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const numbers = (tensors: readonly tf.Tensor[]): number[][] =>
  tensors.map((tensor) => [...tensor.dataSync()]);

describe.skipIf(!native)(`operations of our own (${reason})`, () => {
  it('the gradient of max pooling is the stock one bit by bit, for windows that do not overlap', () => {
    const settings = fc.record({
      shape: fc.tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 4, max: 9 }),
        fc.integer({ min: 4, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
      ),
      filter: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      apart: fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })),
      pad: fc.constantFrom('valid' as const, 'same' as const),
      /** Ties, which the first of a window wins. */
      ties: fc.boolean(),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(settings, ({ shape, filter, apart, pad, ties, seed }) => {
        const strides: [number, number] = [filter[0] + apart[0], filter[1] + apart[1]];
        const evaluate = (): number[][] =>
          tf.tidy(() => {
            const given = normal(shape, seed);
            const x = (ties ? tf.round(given) : given) as tf.Tensor4D;
            const pool = (image: tf.Tensor): tf.Tensor =>
              tf.maxPool(image as tf.Tensor4D, filter, strides, pad);
            const dy = normal(pool(x).shape, 7);
            return numbers([tf.grad(pool)(x, dy)]);
          });
        expect(evaluate()).toEqual(withStockKernels(evaluate));
      }),
      { numRuns: 60 },
    );
  });

  it('Adam is the stock optimizer bit by bit, also where gradients are tiny, huge or 0', () => {
    const scales = [1, 1e-4, 1e-9, 1e-20, 1e10, 0];
    const train = (): number[][] =>
      tf.tidy(() => {
        const variables = scales.map((_, i) => tf.variable(normal([37], i + 1)));
        const optimizer = tf.train.adam(0.01, 0.8, 0.99, 1e-6);
        for (let step = 0; step < 20; step++) {
          const gradients = variables.map((variable, i) => ({
            name: variable.name,
            tensor: tf.mul(normal([37], 100 * step + i + 7), scales[i] as number),
          }));
          optimizer.applyGradients(gradients);
        }
        const values = numbers([...variables, ...slotsOf(optimizer)]);
        variables.forEach((variable) => variable.dispose());
        optimizer.dispose();
        return values;
      });
    expect(train()).toEqual(withStockKernels(train));
  });

  it('the softmax cross-entropy has the stock value and gradients, weighted and as a mean', () => {
    const labels = tf.oneHot(tf.tensor1d([0, 2, 1, 2], 'int32'), 3).toFloat();
    const logits = tf.mul(normal([4, 3], 3), 20);
    const weights = tf.tensor1d([1, 0, 2, 0.5]);
    const evaluate = (): number[][] =>
      tf.tidy(() => {
        const { softmaxCrossEntropy } = tf.losses;
        const mean = tf.grads((y, z) => softmaxCrossEntropy(y, z) as tf.Scalar)([labels, logits]);
        const weighted = tf.grads((z) => softmaxCrossEntropy(labels, z, weights) as tf.Scalar)([logits]);
        const smoothed = softmaxCrossEntropy(labels, logits, undefined, 0.1) as tf.Scalar;
        return numbers([softmaxCrossEntropy(labels, logits) as tf.Tensor, smoothed, ...mean, ...weighted]);
      });
    const before = tf.memory().numTensors;
    const own = evaluate();
    expect(tf.memory().numTensors).toBe(before);
    const stock = withStockKernels(evaluate);
    own.forEach((values, i) =>
      values.forEach((value, j) => expect(value).toBeCloseTo((stock[i] as number[])[j] as number, 5)),
    );
    tf.dispose([labels, logits, weights]);
  });

  it('gradients of gradients go through a ReLU', () => {
    const penalty = (): number[][] =>
      tf.tidy(() => {
        const [w, v] = [normal([4, 5], 1), normal([5, 1], 2)] as [tf.Tensor2D, tf.Tensor2D];
        const net = (x: tf.Tensor, weights: tf.Tensor): tf.Scalar =>
          tf.sum(tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D)), v));
        const slope = (weights: tf.Tensor): tf.Scalar =>
          tf.sum(tf.square(tf.grad((x) => net(x, weights))(normal([3, 4], 3))));
        return numbers([tf.grad(slope)(w)]);
      });
    const stock = withStockKernels(penalty);
    expect(Math.max(...(stock[0] as number[]).map(Math.abs))).toBeGreaterThan(0.1);
    penalty()[0]?.forEach((value, i) => expect(value).toBeCloseTo((stock[0] as number[])[i] as number, 4));
  });
});

function slotsOf(optimizer: tf.AdamOptimizer): tf.Tensor[] {
  const { accumulatedFirstMoment, accumulatedSecondMoment } = optimizer as unknown as Record<
    string,
    { variable: tf.Variable }[]
  >;
  return [...(accumulatedFirstMoment ?? []), ...(accumulatedSecondMoment ?? [])].map(
    ({ variable }) => variable,
  );
}
