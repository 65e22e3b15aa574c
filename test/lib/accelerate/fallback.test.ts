import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { accelerate } from '../../../lib/dist/index.js';
import {
  both,
  compiled,
  init,
  L,
  mlp,
  native,
  normal,
  oneHot,
  reason,
  run,
  told,
  type Training,
} from './support.js';

const fit = (model: tf.LayersModel, n = 24): Promise<tf.History> =>
  model.fit(normal(n, 20), oneHot(n), { epochs: 3, batchSize: 8, shuffle: false, verbose: 0 });

const withLoss =
  (loss: () => (y: tf.Tensor, p: tf.Tensor) => tf.Tensor): Training =>
  async () => {
    const model = mlp();
    model.compile({ optimizer: tf.train.adam(0.01), loss: loss() });
    return { model, history: (await fit(model)).history };
  };

const mse = tf.losses.meanSquaredError;

describe.skipIf(!native)(`what accelerated fit does not compile (${reason})`, () => {
  afterEach(() => tf.disposeVariables());

  it.each<[string, () => (y: tf.Tensor, p: tf.Tensor) => tf.Tensor, RegExp]>([
    ['reads a value', () => (y, p) => tf.mul(mse(y, p), 1 + (y.dataSync()[0] as number)), /reads the value/],
    ['draws in JavaScript', () => (y, p) => tf.mul(mse(y, p), Math.random() < 2 ? 1 : 0), /random numbers/],
  ])('a loss that %s: it is trained as TensorFlow.js does, and told why once', async (_, loss, why) => {
    const [slow, fast] = await both(withLoss(loss));
    expect(fast).toEqual(slow);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(why);
    expect(compiled.calls).toBe(0);
  });

  it('leaves no tensor behind where it gives up', async () => {
    const training = withLoss(() => (y, p) => tf.mul(mse(y, p), y.dataSync().length));
    const left = async (options: object | false): Promise<number> => {
      const before = tf.memory().numTensors;
      await run(training, options);
      return tf.memory().numTensors - before;
    };
    expect(await left({})).toBe(await left(false));
  });

  it('a recurrent layer that keeps its state', async () => {
    const training: Training = async () => {
      const layers = [
        L.simpleRNN({
          batchInputShape: [8, 3, 4],
          units: 5,
          stateful: true,
          recurrentInitializer: 'zeros',
          ...init(),
        }),
        L.dense({ units: 3, ...init() }),
      ];
      const model = tf.sequential({ layers });
      model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
      const options = { epochs: 3, batchSize: 8, shuffle: false, verbose: 0 } as const;
      return { model, history: (await model.fit(normal(24, 3, 4), oneHot(24), options)).history };
    };
    const [slow, fast] = await both(training);
    expect(fast).toEqual(slow);
    expect(told).toEqual(['a layer of it keeps its state from batch to batch']);
  });

  it('batches of ever new shapes; those that come often are compiled all the same', async () => {
    await run(async () => {
      const layers = [
        L.globalAveragePooling1d({ inputShape: [null, 4] as never }),
        L.dense({ units: 3, ...init() }),
      ];
      const model = tf.sequential({ layers });
      model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
      for (let length = 1; length < 20; length++)
        for (let i = 0; i < 3; i++) await model.trainOnBatch(normal(6, length, 4), oneHot(6));
      return { model };
    });
    expect(told).toEqual(['its batches have more than 16 shapes; those of further ones are not compiled']);
    expect(compiled.calls).toBe(2 * 16);
  });

  it('warns on the console when nobody is to hear of it', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const restore = accelerate();
    const { model } = await withLoss(() => (y, p) => tf.mul(mse(y, p), y.dataSync().length))();
    await fit(model);
    restore();
    expect(warn.mock.calls).toEqual([
      [`gradoscope: ${model.name}_model is trained operation by operation: it reads the value of a tensor.`],
    ]);
    warn.mockRestore();
    model.dispose();
  });

  it('a model compiled anew with another loss gets another chance', async () => {
    await run(async () => {
      const { model } = await withLoss(() => (y, p) => tf.mul(mse(y, p), y.dataSync().length))();
      expect(compiled.calls).toBe(0);
      model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
      await fit(model);
      expect(compiled.calls).toBe(8);
      return { model };
    });
  });

  it('errors of a training are those of TensorFlow.js', async () => {
    const training: Training = async () => {
      const model = mlp();
      model.compile({ optimizer: 'sgd', loss: () => tf.zeros([2]).reshape([3]) as never });
      await fit(model);
      return { model };
    };
    for (const options of [false, {}] as const)
      await expect(run(training, options)).rejects.toThrow('reshape');
  });

  it('names an unknown option', () => {
    expect(() => accelerate({ jit: true } as never)).toThrow(/jit/);
    expect(() => accelerate({ xla: 'always' } as never)).toThrow(/xla: got "always"/);
    expect(() => accelerate({ seed: 0.5 })).toThrow(/seed: got 0.5/);
  });
});
