import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { loadTensorFlow, withStockKernels } from '../../../../lib/dist/tensor/index.js';

const { native, reason } = await loadTensorFlow();

const size = fc.integer({ min: 1, max: 5 });
const seeds = fc.integer({ min: 1, max: 1e6 });
const random = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.randomNormal([...shape], 0, 1, 'float32', seed);

interface Subject {
  /** Shapes of the inputs. */
  readonly shapes: fc.Arbitrary<readonly (readonly number[])[]>;
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Not differentiable at 0: inputs keep away from it. */
  readonly kink?: boolean;
}

const batches = fc.tuple(size, size, size, size).map((dims) => dims as readonly number[]);
const SUBJECTS: Readonly<Record<string, Subject>> = {
  'relu of a batch': {
    shapes: batches.map((shape) => [shape]),
    f: (x) => tf.relu(x as tf.Tensor),
    kink: true,
  },
  'bias of a batch': {
    shapes: batches.map((shape) => [shape, shape.slice(-1)]),
    f: (x, b) => tf.add(x as tf.Tensor, b as tf.Tensor),
  },
  'sum over a batch': {
    shapes: batches.map((shape) => [shape]),
    f: (x) => tf.sum(x as tf.Tensor, [0, 1, 2]),
  },
  'product of matrices': {
    shapes: fc.tuple(size, size, size).map(([n, k, m]) => [
      [n, k],
      [k, m],
    ]),
    f: (a, b) => tf.matMul(a as tf.Tensor, b as tf.Tensor),
  },
  'product of transposed matrices': {
    shapes: fc.tuple(size, size, size).map(([n, k, m]) => [
      [k, n],
      [m, k],
    ]),
    f: (a, b) => tf.matMul(a as tf.Tensor, b as tf.Tensor, true, true),
  },
  'repetition of a batch': {
    shapes: fc.tuple(size, size).map((shape) => [shape]),
    f: (x) => tf.tile(x as tf.Tensor, [3, 2]),
  },
  'transposed convolution in three dimensions': {
    shapes: fc.tuple(size, size).map(([channels, filters]) => [
      [1, 2, 2, 2, channels],
      [2, 2, 2, filters, channels],
    ]),
    f: (x, w) =>
      tf.conv3dTranspose(
        x as tf.Tensor5D,
        w as tf.Tensor5D,
        [1, 3, 3, 3, (w as tf.Tensor5D).shape[3]],
        1,
        'valid',
      ),
  },
  'product with a comparison': {
    shapes: batches.map((shape) => [shape]),
    f: (x) => tf.mul(x as tf.Tensor, tf.cast(tf.greater(x as tf.Tensor, 0), 'float32')),
    kink: true,
  },
  'rows by their number': {
    shapes: fc.tuple(fc.constant(4), size).map((shape) => [shape]),
    f: (x) => tf.gather(x as tf.Tensor, tf.tensor1d([3, 0, 0, 2], 'int32')),
  },
};

/** Value and gradients of Σ w·f(x), with fixed weights w, as lists of numbers. */
function evaluate({ f }: Subject, inputs: readonly tf.Tensor[]): number[][] {
  return tf.tidy(() => {
    const weigh = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, random(y.shape, 99)));
    const gradients = tf.grads((...xs: tf.Tensor[]) => weigh(f(...xs)))([...inputs]);
    return [f(...inputs), ...gradients].map((tensor) => [...tensor.dataSync()]);
  });
}

function near(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  actual.forEach((value, i) =>
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(tolerance * scale),
  );
}

const awayFromZero = (x: tf.Tensor): tf.Tensor => tf.add(x, tf.mul(tf.sign(x), 0.1));

describe.skipIf(!native)(`kernels and gradients of our own (${reason})`, () => {
  describe.each(Object.entries(SUBJECTS))('%s', (_, subject) => {
    const inputsOf = (shapes: readonly (readonly number[])[], seed: number): tf.Tensor[] =>
      shapes.map((shape, i) => {
        const x = random(shape, seed + i);
        return subject.kink === true ? awayFromZero(x) : x;
      });

    it('is what the stock kernels give', () => {
      fc.assert(
        fc.property(subject.shapes, seeds, (shapes, seed) => {
          tf.tidy(() => {
            const inputs = inputsOf(shapes, seed);
            const own = evaluate(subject, inputs);
            const stock = withStockKernels(() => evaluate(subject, inputs));
            own.forEach((values, i) => near(values, stock[i] as number[], 1e-5));
          });
        }),
        { numRuns: 25 },
      );
    });

    it('has the gradient of its differences', () => {
      fc.assert(
        fc.property(subject.shapes, seeds, (shapes, seed) => {
          tf.tidy(() => {
            const inputs = inputsOf(shapes, seed);
            const directions = inputs.map(({ shape }, i) => random(shape, seed + 50 + i));
            const h = 1e-2;
            const weigh = (sign: number): number => {
              const moved = inputs.map((x, i) =>
                tf.add(x, tf.mul(directions[i] as tf.Tensor, (sign * h) / 2)),
              );
              const y = subject.f(...moved);
              return tf.sum(tf.mul(y, random(y.shape, 99))).dataSync()[0] as number;
            };
            // ReLU's kink must not lie between the two points.
            if (subject.kink === true && inputs.some((x, i) => crosses(x, directions[i] as tf.Tensor, h / 2)))
              return;
            const slope = (weigh(1) - weigh(-1)) / h;
            const [, ...gradients] = evaluate(subject, inputs);
            const along = gradients.reduce((sum, gradient, i) => {
              const direction = (directions[i] as tf.Tensor).dataSync();
              return sum + gradient.reduce((total, value, j) => total + value * (direction[j] as number), 0);
            }, 0);
            near([along], [slope], 2e-3);
          });
        }),
        { numRuns: 25 },
      );
    });
  });

  it('refuses a row that is not there, without reading the indices first', () => {
    const rows = tf.ones([4, 2]);
    const gather = (row: number) => () => tf.gather(rows, tf.tensor1d([row], 'int32')).dataSync();
    expect(gather(4)).toThrow('GatherV2: the index value 4 is not in [0, 3]');
    expect(gather(-1)).toThrow('GatherV2: the index value -1 is not in [0, 3]');
    rows.dispose();
  });
});

const crosses = (x: tf.Tensor, direction: tf.Tensor, h: number): boolean =>
  tf
    .lessEqual(tf.abs(x), tf.abs(tf.mul(direction, h)))
    .any()
    .dataSync()[0] === 1;
