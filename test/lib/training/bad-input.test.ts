import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ArgumentError } from '../../../lib/dist/data/index.js';
import { EarlyStopping, Trainer, type TrainerOptions } from '../../../lib/dist/training/index.js';
import { loadTensorFlow, type TensorFlow } from '../../../lib/dist/tensor/index.js';
import { clouds, quiet } from './suite.js';

let tf: TensorFlow;
let runs = 0;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});
beforeEach(() => {
  runs = 0;
  quiet(() => void runs++);
});

const model = (): ReturnType<TensorFlow['sequential']> =>
  tf.sequential({ layers: [tf.layers.dense({ units: 2, activation: 'softmax', inputShape: [2] })] });
const base = (): TrainerOptions => ({ model: model(), loss: 'sparseCategoricalCrossentropy' });

describe('a trainer refuses, before any training,', () => {
  it.each<[string, object, RegExp]>([
    ['no model', { model: undefined }, /model: got undefined, expected a tf.LayersModel/],
    [
      'an unknown loss',
      { loss: 'crossEntropy' },
      /loss: got "crossEntropy", expected one of .*Did you mean|loss: got "crossEntropy", expected one of/,
    ],
    [
      'an unknown metric',
      { metrics: ['acuracy'] },
      /metrics\[0\]: got "acuracy", expected one of accuracy, .*Did you mean "accuracy"/,
    ],
    ['a metric twice', { metrics: ['accuracy', 'accuracy'] }, /metrics: got "accuracy" twice/],
    ['an unknown optimizer', { optimizer: 'adamm' }, /optimizer: got "adamm".*Did you mean "adam"/],
    [
      'an unknown setting',
      { optimizer: { name: 'adam', beta3: 1 } },
      /optimizer adam option: got "beta3", expected one of learningRate, beta1/,
    ],
    [
      'a learning rate of 0',
      { learningRate: 0 },
      /learningRate: got 0, expected a finite number greater than 0/,
    ],
    ['a seed that is none', { seed: 1.5 }, /seed: got 1.5/],
    ['a misspelt option', { optimiser: 'adam' }, /Trainer option: got "optimiser".*Did you mean "optimizer"/],
    [
      'a misspelt hook',
      { callbacks: [{ onEpochEnded() {} }] },
      /hook: got "onEpochEnded".*Did you mean "onEpochEnd"/,
    ],
    ['metrics that are no list', { metrics: 'accuracy' }, /metrics: got "accuracy", expected a list/],
    [
      'callbacks that are no list',
      { callbacks: new EarlyStopping() },
      /callbacks: got EarlyStopping, expected a list/,
    ],
    ['no instrument', { instruments: ['norm'] }, /instruments\[0\]: got "norm", expected an instrument/],
    [
      'half an instrument',
      { instruments: [{ series() {} }] },
      /instruments\[0\].measure: got nothing, expected a function/,
    ],
    ['a metric without a function', { metrics: [{ name: 'a', compute: 1 }] }, /metrics\[0\].compute: got 1/],
    [
      "a metric by a name of the record's",
      { metrics: [{ name: 'gradient_norm', compute: () => 0 }] },
      /metrics\[0\]: got a metric named "gradient_norm"/,
    ],
    ['no callback', { callbacks: [5] }, /callbacks\[0\]: got 5, expected a callback object/],
  ])('%s', (_what, change, message) => {
    const before = tf.memory().numTensors;
    const options = { ...base(), ...change };
    expect(() => new Trainer(options as TrainerOptions)).toThrow(ArgumentError);
    expect(() => new Trainer(options as TrainerOptions)).toThrow(message);
    (options.model as { dispose?: () => void } | undefined)?.dispose?.();
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 2);
  });

  const y2 = clouds(4).y;
  it.each<[string, unknown, object, RegExp]>([
    [
      'a wrong input shape',
      { x: [[1, 2, 3]], y: [0] },
      {},
      /data.x: got shape \[1, 3\], expected \[examples, 2\]/,
    ],
    [
      'one-hot targets for a sparse loss',
      { x: [[1, 2]], y: [[0, 1]] },
      {},
      /data.y: got shape \[1, 2\], expected class numbers.*"categoricalCrossentropy"/,
    ],
    [
      'a class that does not exist',
      { x: [[1, 2]], y: [2] },
      {},
      /data.y: got 2 at 0, expected class numbers from 0 to 1/,
    ],
    [
      'NaN in the data',
      { x: [[1, NaN]], y: [0] },
      {},
      /data.x: got NaN in example 0, expected finite numbers. Remove or fill/,
    ],
    ['an empty data set', { x: [], y: [] }, {}, /data: got no examples, expected at least one example/],
    [
      'NaN in the validation data',
      clouds(4),
      { validation: { x: [[1, NaN]], y: [0] } },
      /validation.x: got NaN/,
    ],
    ['an empty validation part', clouds(4), { validation: 0 }, /fraction: got 0/],
    ['no epochs', clouds(4), { epochs: 0 }, /epochs: got 0, expected a whole number of at least 1/],
    ['no options', clouds(4), null as never, /fit options: got null, expected an object/],
    ['half a shuffle', clouds(4), { shuffle: 'no' }, /shuffle: got "no", expected true or false/],
    ['half a batch', clouds(4), { batchSize: 0.5 }, /batchSize: got 0.5/],
    ['a misspelt option', clouds(4), { epoch: 3 }, /fit option: got "epoch".*Did you mean "epochs"/],
    [
      'early stopping on a value that is not there',
      { x: clouds(4).x, y: y2 },
      { callbacks: [new EarlyStopping()] },
      /EarlyStopping monitor: got "val_loss", expected one of loss. For a val_ value give fit a validation set/,
    ],
  ])('%s', async (_what, data, options, message) => {
    const trainer = new Trainer(base());
    const before = tf.memory().numTensors;
    await expect(trainer.fit(data as never, options)).rejects.toThrow(message);
    expect([runs, tf.memory().numTensors]).toEqual([0, before]);
    trainer.dispose();
  });

  it('a learning rate that is none, a disposed model, and says x for inputs to predict', async () => {
    const trainer = new Trainer(base());
    expect(() => (trainer.learningRate = NaN)).toThrow(/learningRate: got NaN/);
    await expect(trainer.predict([[1, 2, 3]])).rejects.toThrow(/^x: got shape \[1, 3\]/);
    const gone = model();
    gone.dispose();
    expect(() => new Trainer({ model: gone, loss: 'meanSquaredError' })).toThrow(
      /model: got a disposed model/,
    );
    trainer.dispose();
  });

  it('a second fit while one goes on, and any use after dispose', async () => {
    const trainer = new Trainer(base());
    const first = trainer.fit(clouds(8));
    await expect(trainer.fit(clouds(8))).rejects.toThrow(/is training already/);
    await first;
    trainer.dispose();
    trainer.dispose();
    await expect(trainer.fit(clouds(8))).rejects.toThrow(/was disposed/);
    await expect(trainer.predict([[1, 2]])).rejects.toThrow(/was disposed/);
  });
});
