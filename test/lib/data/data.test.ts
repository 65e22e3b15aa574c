import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  ArgumentError,
  batches,
  loadMnist,
  parseIdx,
  Random,
  split,
  toDataset,
} from '../../../lib/dist/data/index.js';
import { loadTensorFlow, type TensorFlow } from '../../../lib/dist/tensor/index.js';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

describe('Random', () => {
  it('gives the published sfc32 stream of a seed, again and again', () => {
    const first = Array.from(
      { length: 5 },
      (
        (random) => () =>
          random.uint32()
      )(new Random(7)),
    );
    expect(
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.uint32()
        )(new Random(7)),
      ),
    ).toEqual(first);
    expect(
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.uint32()
        )(new Random(8)),
      ),
    ).not.toEqual(first);
    const random = new Random(7);
    random.uint32();
    const { state } = random;
    const next = random.uint32();
    random.state = state;
    expect(random.uint32()).toBe(next);
  });

  it('is even: chi-square of 64 cells stays below its 99.99 % quantile for 20 seeds', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed);
      const cells = new Array<number>(64).fill(0);
      for (let i = 0; i < 64_000; i++) (cells[random.below(64)] as number)++;
      const chi2 = cells.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
      expect(chi2).toBeLessThan(112.3);
    }
  });

  it('permutes: each number once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 300 }), (seed, n) => {
        const order = new Random(seed).permutation(n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });
});

describe('MNIST', () => {
  it('comes whole: 60,000 and 10,000 images, ten classes, pixels from 0 to 1', async () => {
    const { train, test } = await loadMnist();
    expect([train.x.shape, train.y.shape, test.x.shape, test.y.shape]).toEqual([
      [60_000, 28, 28, 1],
      [60_000],
      [10_000, 28, 28, 1],
      [10_000],
    ]);
    const counts = new Array<number>(10).fill(0);
    for (const digit of train.y.data) (counts[digit] as number)++;
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect([...test.y.data.slice(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    let [min, max] = [1, 0];
    for (const pixel of test.x.data) [min, max] = [Math.min(min, pixel), Math.max(max, pixel)];
    expect([min, max]).toEqual([0, 1]);
  });

  it('gives a seeded part, and refuses a part that does not exist', async () => {
    const [a, b, c] = [
      await loadMnist({ train: 50, test: 5 }),
      await loadMnist({ train: 50, test: 5 }),
      await loadMnist({ train: 50, test: 5, seed: 1 }),
    ];
    expect(a.train.y.data).toEqual(b.train.y.data);
    expect(a.train.y.data).not.toEqual(c.train.y.data);
    await expect(loadMnist({ train: 60_001 })).rejects.toThrow(
      /train: got 60001, expected a whole number from 1 to 60000/,
    );
    await expect(loadMnist({ trian: 5 } as object)).rejects.toThrow(/Did you mean "train"/);
  });

  it('says that an IDX file is cut short or something else', () => {
    const good = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 2, 5, 6]);
    expect(parseIdx(good)).toEqual({ shape: [2], data: Uint8Array.from([5, 6]) });
    expect(() => parseIdx(good.subarray(0, 9))).toThrow(/cut short/);
    expect(() => parseIdx(good.subarray(0, 6))).toThrow(ArgumentError);
    expect(() => parseIdx(Uint8Array.from([1, 2, 3, 4]))).toThrow(/IDX/);
  });
});

describe('data sets', () => {
  it('take tensors, typed arrays and nested arrays alike, and leave no tensor behind', async () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const before = tf.memory().numTensors;
    for (const input of [
      x,
      { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] },
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ]) {
      const data = await toDataset('data', { x: input, y: [0, 1, 0] });
      expect([...data.x.data]).toEqual([1, 2, 3, 4, 5, 6]);
      expect([data.x.shape, data.size]).toEqual([[3, 2], 3]);
    }
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it('batch every example once, the last batch smaller', async () => {
    const data = await toDataset('data', { x: [[1], [2], [3], [4], [5]], y: [1, 2, 3, 4, 5] });
    const seen: number[][] = [];
    for (const { x, y, size } of batches(data, 2, new Random(3).permutation(5))) {
      expect([...x.dataSync()]).toEqual([...y.dataSync()]);
      expect(x.shape).toEqual([size, 1]);
      seen.push([...y.dataSync()]);
      tf.dispose([x, y]);
    }
    expect(seen.map((batch) => batch.length)).toEqual([2, 2, 1]);
    expect(seen.flat().sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('split by a seed into parts that share nothing', async () => {
    const y = Array.from({ length: 100 }, (_, i) => i);
    const input = { x: y.map((v) => [v]), y };
    const [a, b] = await split(input, { fraction: 0.25, seed: 4 });
    expect([a.size, b.size]).toEqual([75, 25]);
    expect([...a.y.data, ...b.y.data].sort((p, q) => p - q)).toEqual(y);
    expect((await split(input, { fraction: 0.25, seed: 4 }))[1].y.data).toEqual(b.y.data);
    await expect(split(input, { fraction: 0 })).rejects.toThrow(
      /fraction: got 0, expected a finite number greater than 0/,
    );
    await expect(split(input, { fraction: 1 })).rejects.toThrow(/leaves both sets an example/);
  });

  it.each([
    ['no object', 5, /data: got 5, expected an object { x, y }/],
    ['no targets', { x: [1] }, /expected an object { x, y }/],
    ['fewer targets', { x: [[1], [2]], y: [1] }, /2 inputs in x and 1 targets in y, expected as many/],
    ['nothing', { x: [], y: [] }, /no examples, expected at least one/],
    ['NaN', { x: [[1], [NaN]], y: [0, 1] }, /data.x: got NaN in example 1, expected finite/],
    ['infinity', { x: [[1], [2]], y: [0.5, -Infinity] }, /data.y: got -Infinity in example 1/],
    ['strings', { x: ['a'], y: [1] }, /data.x: got "a" among the numbers, expected numbers/],
    [
      'ragged rows',
      { x: [[1], [1, 2]], y: [1, 2] },
      /data.x: got a row of 2 where others have 1, expected rows of one length/,
    ],
    [
      'a shape that does not fit',
      { x: { data: Float32Array.of(1, 2), shape: [3] }, y: [1] },
      /2 numbers, expected 3 for shape/,
    ],
    ['a number', { x: 3, y: [1] }, /data.x: got 3/],
  ])('refuse %s', async (_what, data, message) => {
    const before = tf.memory().numTensors;
    await expect(toDataset('data', data)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
