import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

process.env['GRADOSCOPE_BACKEND'] = 'wasm';
const { loadTensorFlow } = await import('../../../lib/dist/tensor/index.js');

interface Case {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly seed: number;
}

const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const cases: fc.Arbitrary<Case> = fc
  .record({
    batch: small(3),
    height: fc.integer({ min: 4, max: 11 }),
    width: fc.integer({ min: 4, max: 11 }),
    channels: small(4),
    filters: small(4),
    kernel: fc.tuple(small(4), small(4)),
    strides: fc.tuple(small(3), small(3)),
    pad: fc.constantFrom('same' as const, 'valid' as const, 1),
    seed: small(1e6),
  })
  // With a pad in numbers TensorFlow.js takes the first stride, and the first size of the filter, for both directions.
  .map((one) =>
    one.pad === 1
      ? {
          ...one,
          kernel: [3, 3] as [number, number],
          strides: [one.strides[0], one.strides[0]] as [number, number],
        }
      : one,
  );

/** Gradients of Σ w·f(inputs) on a backend, with fixed weights w. */
function gradients(
  backend: string,
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  shapes: number[][],
  seed: number,
): number[][] {
  tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', seed + i));
    const weigh = (...xs: tf.Tensor[]): tf.Scalar => {
      const y = f(...xs);
      return tf.sum(tf.mul(y, tf.randomNormal(y.shape, 0, 1, 'float32', 77)));
    };
    return tf
      .grads(weigh)(inputs)
      .map((gradient) => [gradient.shape, [...gradient.dataSync()]].flat(2));
  });
}

function same(f: (...xs: tf.Tensor[]) => tf.Tensor, shapes: number[][], seed: number): void {
  const before = tf.memory().numTensors;
  const [wasm, cpu] = ['wasm', 'cpu'].map((backend) => gradients(backend, f, shapes, seed)) as [
    number[][],
    number[][],
  ];
  wasm.forEach((values, i) => {
    const expected = cpu[i] as number[];
    const scale = Math.max(1, ...expected.map(Math.abs));
    expect(values).toHaveLength(expected.length);
    values.forEach((value, j) =>
      expect(Math.abs(value - (expected[j] as number))).toBeLessThan(1e-5 * scale),
    );
  });
  expect(tf.memory().numTensors).toBe(before);
}

describe('gradient kernels of WebAssembly', () => {
  beforeAll(async () => {
    expect((await loadTensorFlow()).name).toBe('wasm');
  });
  afterAll(() => void tf.setBackend('wasm'));

  it('of a convolution', () => {
    fc.assert(
      fc.property(cases, ({ batch, height, width, channels, filters, kernel, strides, pad, seed }) => {
        same(
          (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad),
          [
            [batch, height, width, channels],
            [...kernel, channels, filters],
          ],
          seed,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('of a depthwise convolution', () => {
    fc.assert(
      fc.property(cases, ({ batch, height, width, channels, filters, kernel, strides, pad, seed }) => {
        const even: [number, number] = [strides[0], strides[0]];
        same(
          (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, even, pad),
          [
            [batch, height, width, channels],
            [...kernel, channels, filters],
          ],
          seed,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('of rows by their number', () => {
    fc.assert(
      fc.property(
        small(6),
        small(5),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 9 }),
        small(1e6),
        (rows, width, picked, seed) => {
          const indices = picked.map((index) => index % rows);
          same((x) => tf.gather(x as tf.Tensor2D, tf.tensor1d(indices, 'int32')), [[rows, width]], seed);
        },
      ),
      { numRuns: 60 },
    );
  });
});
