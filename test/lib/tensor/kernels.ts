import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';

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

type Shape4D = [number, number, number, number];

/** Numbers alike, but for `tolerance` of the greatest. */
function near(found: number[], expected: number[], tolerance: number): void {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  expect(found).toHaveLength(expected.length);
  const worst = found.reduce(
    (most, value, j) => Math.max(most, Math.abs(value - (expected[j] as number))),
    0,
  );
  expect(worst).toBeLessThan(tolerance * scale);
}

function same(
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  shapes: number[][],
  seed: number,
  tolerance = 1e-5,
): void {
  const before = tf.memory().numTensors;
  const [wasm, cpu] = ['wasm', 'cpu'].map((backend) => gradients(backend, f, shapes, seed)) as [
    number[][],
    number[][],
  ];
  wasm.forEach((values, i) => near(values, cpu[i] as number[], tolerance));
  expect(tf.memory().numTensors).toBe(before);
}

function sameValues(f: (...xs: tf.Tensor[]) => tf.Tensor, shapes: number[][], seed: number): void {
  const [wasm, cpu] = ['wasm', 'cpu'].map((backend) => {
    tf.setBackend(backend);
    return tf.tidy(() => {
      const y = f(...shapes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', seed + i)));
      return [...y.shape, ...y.dataSync()];
    });
  }) as [number[], number[]];
  near(wasm, cpu, 1e-4);
}

/**
 * What the WebAssembly backend computes for training, beside the CPU backend. `dilatedInput`: also the gradient of a dilated
 * convolution with respect to its input, which TensorFlow.js never asks for.
 */
export function kernelSuite(how: string, { dilatedInput }: { dilatedInput: boolean }): void {
  describe(`kernels of WebAssembly, ${how}`, () => {
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

    it('of products of matrices', () => {
      const deep = fc.oneof(small(9), fc.integer({ min: 250, max: 530 }));
      fc.assert(
        fc.property(
          fc.record({ rows: small(11), columns: small(19), depth: deep, batch: small(3), seed: small(1e6) }),
          fc.constantFrom('alike', 'left', 'right'),
          fc.boolean(),
          fc.boolean(),
          ({ rows, columns, depth, batch, seed }, many, transposeA, transposeB) => {
            const a = transposeA ? [depth, rows] : [rows, depth];
            const b = transposeB ? [columns, depth] : [depth, columns];
            const shapes = [many === 'right' ? a : [batch, ...a], many === 'left' ? b : [batch, ...b]];
            const f = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transposeA, transposeB);
            // TensorFlow.js has no gradient where one side has more dimensions.
            if (many === 'alike') same(f, shapes, seed, 1e-4);
            else sameValues(f, shapes, seed);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('of a dense layer, with bias and rectifier', () => {
      fc.assert(
        fc.property(
          fc.tuple(small(9), small(21), small(300)),
          fc.constantFrom('linear' as const, 'relu' as const, 'elu' as const),
          small(1e6),
          ([rows, columns, depth], activation, seed) => {
            const f = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) =>
              tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, activation });
            const shapes = [[rows, depth], [depth, columns], [columns]];
            sameValues(f as (...xs: tf.Tensor[]) => tf.Tensor, shapes, seed);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('of a maximum over windows, the first of equals', () => {
      fc.assert(
        fc.property(cases, ({ batch, height, width, channels, kernel, strides, pad, seed }) => {
          // Whole numbers, so that there are equals; their gradient goes on as it is.
          const whole = tf.customGrad((x) => ({
            value: tf.round(x as tf.Tensor),
            gradFunc: (dy: tf.Tensor) => dy,
          }));
          const shapes = [[batch, height, width, channels]];
          same((x) => tf.maxPool(whole(x) as tf.Tensor4D, kernel, strides, pad), shapes, seed);
        }),
        { numRuns: 60 },
      );
    });

    it('of a rectifier, and of its gradient', () => {
      fc.assert(
        fc.property(fc.array(small(7), { minLength: 1, maxLength: 4 }), small(1e6), (shape, seed) => {
          same((x) => tf.relu(x), [shape], seed);
          const penalty = (x: tf.Tensor) =>
            tf.square(tf.grad((z: tf.Tensor) => tf.sum(tf.mul(tf.relu(z), tf.square(z))))(x));
          same(penalty, [shape], seed, 1e-4);
        }),
        { numRuns: 30 },
      );
    });

    it('of sums over the first axes', () => {
      fc.assert(
        fc.property(
          fc.array(small(9), { minLength: 1, maxLength: 2 }),
          small(700),
          fc.nat(4),
          fc.boolean(),
          small(1e6),
          (shape, rows, axes, keep, seed) => {
            const all = [rows, ...shape];
            const axis = all.map((_, i) => i).slice(0, Math.min(axes + 1, all.length));
            same((x) => tf.square(tf.sum(x, axis, keep)), [all], seed, 1e-4);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('of dilated convolutions, by ⟨dx, u⟩ = ⟨dy, conv(u)⟩', () => {
      const dilated = fc.record({
        one: cases,
        dilation: fc.tuple(small(3), small(3)),
        depthwise: fc.boolean(),
      });
      fc.assert(
        fc.property(dilated, ({ one, dilation, depthwise }) => {
          const { batch, height, width, channels, filters, kernel, seed } = one;
          // Backends take strides or dilations of a depthwise convolution, not both.
          const strides: [number, number] = depthwise ? [1, 1] : one.strides;
          const pad = one.pad === 'same' ? 'same' : 'valid';
          const [x, w] = [
            [batch, height + 8, width + 8, channels],
            [...kernel, channels, filters],
          ] as [number[], number[]];
          tf.setBackend('cpu');
          const info = tf.backend_util.computeConv2DInfo(
            x as Shape4D,
            w as Shape4D,
            strides,
            dilation,
            pad,
            'floor',
            depthwise,
          );
          const normal = (shape: number[], i: number) => tf.randomNormal(shape, 0, 1, 'float32', seed + i);
          const attributes = {
            dataFormat: 'NHWC',
            strides,
            dilations: dilation,
            pad,
            dimRoundingMode: 'floor',
            filterShape: w,
            inputShape: x,
          };
          const name = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D';
          const run = (kernelName: string, inputs: tf.NamedTensorMap) =>
            tf.engine().runKernel(kernelName, inputs, attributes as never) as unknown as tf.Tensor;
          const inner = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0] as number;
          const forward = (x: tf.Tensor, w: tf.Tensor) => run(name, { x, filter: w });
          const [expected, sizes] = tf.tidy(() => {
            const [a, u, b, v, g] = [
              normal(x, 1),
              normal(x, 2),
              normal(w, 3),
              normal(w, 4),
              normal(info.outShape, 5),
            ];
            return [
              [inner(g, forward(u, b)), inner(g, forward(a, v))],
              info.outShape.reduce((n, d) => n * d, 1),
            ];
          });
          tf.setBackend('wasm');
          const found = tf.tidy(() => {
            const [a, u, b, v, dy] = [
              normal(x, 1),
              normal(x, 2),
              normal(w, 3),
              normal(w, 4),
              normal(info.outShape, 5),
            ];
            return [
              inner(u, run(`${name}BackpropInput`, { dy, filter: b })),
              inner(v, run(`${name}BackpropFilter`, { x: a, dy })),
            ];
          });
          if (!dilatedInput && !depthwise) found[0] = expected[0] as number;
          near(found, expected, 1e-4 * Math.sqrt(sizes));
        }),
        { numRuns: 60 },
      );
    });

    it("of Einstein's sums", () => {
      const dimensions: Record<string, number> = { i: 3, j: 4, k: 2, b: 5, h: 2 };
      const equations = [
        'ij->ji',
        'ij->',
        'bij->i',
        'ij,jk->ik',
        'i,i->',
        'i,j->ji',
        'bij,bjk->bik',
        'bihk,bjhk->bhij',
        'bij,kh->ib',
        'ij, ij -> j',
      ];
      for (const equation of equations) {
        const terms = equation.replace(/ /g, '').split('->')[0]?.split(',') as string[];
        const shapes = terms.map((term) => [...term].map((label) => dimensions[label] as number));
        // The CPU backend gives another shape for this one.
        if (equation !== 'bij,kh->ib') same((...xs) => tf.einsum(equation, ...xs), shapes, 1, 1e-4);
        tf.setBackend('wasm');
        // Linear in each: ⟨dx, u⟩ = ⟨dy, einsum(u, …)⟩.
        tf.tidy(() => {
          const xs = shapes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', i + 1));
          const dy = tf.randomNormal(tf.einsum(equation, ...xs).shape, 0, 1, 'float32', 9);
          const gradients = tf.grads((...ys) => tf.einsum(equation, ...ys))(xs, dy);
          gradients.forEach((gradient, i) => {
            const u = tf.randomNormal(gradient.shape, 0, 1, 'float32', 20);
            const moved = tf.einsum(equation, ...xs.map((x, j) => (i === j ? u : x)));
            const [found, expected] = [tf.mul(gradient, u), tf.mul(dy, moved)].map(
              (y) => tf.sum(y).dataSync()[0],
            );
            expect(found, equation).toBeCloseTo(expected as number, 3);
          });
        });
      }
      expect(() => tf.einsum('ij,jk->ik', tf.ones([2, 3]), tf.ones([4, 2]))).toThrow(
        /Expected dimension 3|dimension/,
      );
    });

    it('that a copy of a variable stays as it was', () => {
      const before = tf.memory().numTensors;
      const variable = tf.variable(tf.tensor1d([1, 2, 3]));
      const [copy, cast] = [variable.clone(), tf.cast(variable, 'float32')];
      variable.assign(tf.tidy(() => tf.mul(variable, 2)));
      expect([...copy.dataSync(), ...cast.dataSync()]).toEqual([1, 2, 3, 1, 2, 3]);
      expect([...variable.dataSync()]).toEqual([2, 4, 6]);
      for (const tensor of [variable, copy, cast]) tensor.dispose();
      expect(tf.memory().numTensors - before).toBeLessThanOrEqual(2);
    });
  });
}
