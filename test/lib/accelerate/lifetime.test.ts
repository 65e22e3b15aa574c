import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';

import { accelerate } from '../../../lib/dist/index.js';
import { compiled, init, L, mlp, native, normal, oneHot, reason, run, type Training } from './support.js';

const data = (): [tf.Tensor, tf.Tensor] => [normal(28, 20), oneHot(28)];
const fit = async (model: tf.LayersModel, [x, y]: [tf.Tensor, tf.Tensor], epochs = 3): Promise<number[]> => {
  const { history } = await model.fit(x, y, { epochs, batchSize: 8, shuffle: false, verbose: 0 });
  return history['loss'] as number[];
};

const dropping = (): tf.Sequential =>
  tf.sequential({
    layers: [
      L.dense({ inputShape: [20], units: 16, ...init() }),
      L.dropout({ rate: 0.5 }),
      L.gaussianNoise({ stddev: 0.1 }),
      L.dense({ units: 3, activation: 'softmax', ...init() }),
    ],
  });

const recurrent = (): tf.Sequential =>
  tf.sequential({
    layers: [
      L.reshape({ inputShape: [20], targetShape: [4, 5] }),
      L.lstm({ units: 4, dropout: 0.4, recurrentDropout: 0.3, recurrentInitializer: 'zeros', ...init() }),
      L.dense({ units: 3, activation: 'softmax', ...init() }),
    ],
  });

const compile = (model: tf.LayersModel): tf.LayersModel => {
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
};

describe.skipIf(!native)(`accelerated fit (${reason})`, () => {
  afterEach(() => tf.disposeVariables());

  describe.each([
    ['dropout and noise', dropping],
    ['recurrent dropout', recurrent],
  ])('with %s', (_, make) => {
    const training: Training = async () => {
      const model = compile(make());
      const given = data();
      const history = await fit(model, given);
      // At a rate of 0 a step on the same data gives the same loss, but for what is drawn.
      (model.optimizer as unknown as { learningRate: number }).learningRate = 0;
      const losses = [];
      for (let i = 0; i < 6; i++) losses.push(await model.trainOnBatch(...given));
      tf.dispose(given);
      return { model, history: { history, losses } };
    };

    it('draws anew for each batch, and is repeated with the same seed', async () => {
      const [first, second, other] = [
        await run(training, { seed: 1 }),
        await run(training, { seed: 1 }),
        await run(training, { seed: 2 }),
      ];
      expect(compiled.calls).toBeGreaterThan(8);
      expect(second).toEqual(first);
      expect(other.history).not.toEqual(first.history);
      const { losses } = first.history as { losses: number[] };
      expect(new Set(losses).size).toBe(losses.length);
    });
  });

  it.each([
    ['an MLP', mlp],
    ['dropout', dropping],
    ['recurrent dropout', recurrent],
  ])('leaves no tensor behind but those of TensorFlow.js: %s', async (_, make) => {
    const left = async (accelerated: boolean): Promise<number> => {
      const given = data();
      const before = tf.memory().numTensors;
      const restore = accelerated ? accelerate({ seed: 1 }) : undefined;
      const model = compile(make());
      await fit(model, given);
      const between = tf.memory().numTensors;
      await fit(model, given);
      for (let i = 0; i < 4; i++) await model.trainOnBatch(...given);
      expect(tf.memory().numTensors).toBe(between);
      model.dispose();
      const after = tf.memory().numTensors;
      restore?.();
      tf.dispose(given);
      return after - before;
    };
    expect(await left(true)).toBe(await left(false));
  });

  it('frees what it has compiled when the model is disposed of', async () => {
    const removed = countRemoved();
    const restore = accelerate();
    const models = [compile(mlp()), compile(mlp())] as const;
    for (const model of models) await fit(model, data());
    models[0].dispose();
    expect(removed.count()).toBe(2); // a shape for whole batches, one for the last
    restore();
    expect(removed.count()).toBe(4);
    models[1].dispose();
    expect(removed.count()).toBe(4);
    removed.stop();
  });

  it('ends with restore, also within a fit, and begins again', async () => {
    const given = data();
    const model = compile(mlp());
    const restore = accelerate();
    compiled.calls = 0;
    const onBatchEnd = (batch: number): void => void (batch === 2 && restore());
    const options = {
      epochs: 2,
      batchSize: 8,
      shuffle: false,
      verbose: 0,
      callbacks: { onBatchEnd },
    } as const;
    await model.fit(...given, options);
    expect(compiled.calls).toBe(2);
    restore();
    const again = accelerate();
    await fit(model, given);
    expect(compiled.calls).toBe(2 + 10);
    const third = accelerate();
    again(); // of an acceleration that is over
    await fit(model, given);
    expect(compiled.calls).toBe(12 + 10);
    third();
    await fit(model, given);
    expect(compiled.calls).toBe(22);
    model.dispose();
  });
});

/** How many compiled functions were removed. */
function countRemoved(): { count(): number; stop(): void } {
  const backend = tf.backend() as unknown as { binding: Record<string, (name: string) => void> };
  const { binding } = backend;
  let count = 0;
  const removeFunction = (name: string): void => {
    count++;
    binding['removeFunction']?.(name);
  };
  backend.binding = Object.create(binding, { removeFunction: { value: removeFunction } }) as typeof binding;
  return { count: () => count, stop: () => void (backend.binding = binding) };
}
