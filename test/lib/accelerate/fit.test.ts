import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';

import { KINDS, OPTIMIZERS, subject, type Kind } from '../tensor/compiled-models.js';
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
  withStock,
  type Training,
} from './support.js';

type FitArgs = NonNullable<Parameters<tf.LayersModel['fit']>[2]>;
type CompileArgs = Parameters<tf.LayersModel['compile']>[0];

const ofKind =
  (kind: Kind, optimizer: () => tf.Optimizer): Training =>
  async () => {
    const { model, x, y } = subject(kind);
    model.compile({ optimizer: optimizer(), loss: 'meanSquaredError', metrics: ['accuracy'] });
    const { history } = await model.fit(x, y, { epochs: 5, batchSize: 10, shuffle: false, verbose: 0 });
    tf.dispose([x, y]);
    return { model, history };
  };

const plain =
  (args: () => FitArgs, compile: () => Partial<CompileArgs> = () => ({})): Training =>
  async () => {
    const model = mlp();
    const [x, y] = [normal(50, 20), oneHot(50)];
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', ...compile() });
    const options = { epochs: 3, shuffle: false, verbose: 0, batchSize: 16 } as const;
    const { history, epoch } = await model.fit(x, y, { ...options, ...args() });
    return { model, history: { history, epoch } };
  };

/** Two inputs, two outputs. */
function branched(): tf.LayersModel {
  const inputs = ['left', 'right'].map((name) => tf.input({ shape: [4], name }));
  const joined = L.concatenate().apply(inputs) as tf.SymbolicTensor;
  const hidden = L.dense({ units: 8, activation: 'tanh', ...init() }).apply(joined) as tf.SymbolicTensor;
  const outputs = [
    L.dense({ units: 3, activation: 'softmax', name: 'kind', ...init() }).apply(hidden),
    L.dense({ units: 1, name: 'size', kernelRegularizer: 'l1l2', ...init() }).apply(hidden),
  ] as tf.SymbolicTensor[];
  return tf.model({ inputs, outputs });
}

const LOSSES = ['categoricalCrossentropy', 'meanSquaredError'];

const twofold =
  (compile: Partial<CompileArgs>, args: FitArgs, named: boolean): Training =>
  async () => {
    const model = branched();
    model.compile({ optimizer: tf.train.rmsprop(0.01), loss: LOSSES, ...compile });
    const [left, right, kind, size] = [normal(30, 4), normal(30, 4), oneHot(30), normal(30, 1)];
    const x = named ? { left, right } : [left, right];
    const y = named ? { kind, size } : [kind, size];
    const { history } = await model.fit(x, y, {
      epochs: 4,
      batchSize: 8,
      shuffle: false,
      verbose: 0,
      ...args,
    });
    return { model, history };
  };

/** The names of weights and metrics count up from model to model. */
const anonymous =
  (training: Training): Training =>
  async () => {
    const { model, history } = await training();
    return { model, history: Object.values(history as object) };
  };

const metricsByOutput: Training = async () => {
  const model = mlp();
  const metrics = { [model.outputNames[0] as string]: ['accuracy', tf.metrics.meanSquaredError] };
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy', metrics: metrics as never });
  const { history } = await model.fit(normal(50, 20), oneHot(50), { epochs: 3, shuffle: false, verbose: 0 });
  return { model, history };
};

const fromDataset =
  (classWeight?: FitArgs['classWeight']): Training =>
  async () => {
    const model = mlp();
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const rows = (t: tf.Tensor): tf.data.Dataset<tf.TensorContainer> =>
      tf.data.array((t as tf.Tensor2D).arraySync() as never[]);
    const dataset = tf.data.zip({ xs: rows(normal(30, 20)), ys: rows(oneHot(30)) }).batch(8);
    const { history } = await model.fitDataset(dataset, {
      epochs: 3,
      verbose: 0,
      validationData: [normal(9, 20), oneHot(9)],
      ...(classWeight && { classWeight }),
    });
    return { model, history };
  };

const onBatch: Training = async () => {
  const model = mlp();
  model.compile({
    optimizer: tf.train.momentum(0.1, 0.9),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const history = [];
  for (let i = 0; i < 6; i++) history.push(await model.trainOnBatch(normal(12, 20), oneHot(12)));
  return { model, history };
};

/** The same tensor twice, then two of the same shape. */
const autoencoder: Training = async () => {
  const model = tf.sequential({ layers: [L.dense({ inputShape: [4], units: 4, ...init() })] });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  const [x, y] = [normal(12, 4), normal(4, 12).transpose()];
  const history = [];
  for (let i = 0; i < 4; i++) history.push(await model.trainOnBatch(x, x), await model.trainOnBatch(x, y));
  return { model, history };
};

const validation = (): FitArgs => ({ validationData: [normal(9, 20), oneHot(9)] });
const accuracy = (): Partial<CompileArgs> => ({ metrics: ['accuracy'] });
const classWeight = { 0: 1, 1: 5, 2: 0.2 };

describe.skipIf(!native)(`accelerated fit (${reason})`, () => {
  afterEach(() => tf.disposeVariables());

  describe.each(KINDS.filter((kind) => kind !== 'dropout'))('of %s', (kind) => {
    const names = (kind === 'mlp' ? Object.keys(OPTIMIZERS) : ['adam']) as (keyof typeof OPTIMIZERS)[];
    it.each(names)('gives the bits of TensorFlow.js with %s and stock kernels', async (name) => {
      const [slow, fast] = await withStock(() => both(ofKind(kind, OPTIMIZERS[name])));
      expect(fast).toEqual(slow);
      expect(told).toEqual([]);
      expect(compiled.calls).toBeGreaterThan(8);
    });

    it('comes near with our kernels', async () => {
      const [slow, fast] = await both(ofKind(kind, OPTIMIZERS.sgd));
      const values = slow.weights.flat();
      fast.weights.flat().forEach((value, i) => expect(value).toBeCloseTo(values[i] as number, 4));
    });
  });

  it.each<[string, Training]>([
    ['a part held out', plain(() => ({ validationSplit: 0.2 }), accuracy)],
    ['data to validate with', plain(validation, accuracy)],
    ['weights of classes', plain(() => ({ classWeight }))],
    ['another first epoch', plain(() => ({ initialEpoch: 1 }))],
    ['no pauses', plain(() => ({ yieldEvery: 'never' }))],
    ['a pause after each batch', plain(() => ({ yieldEvery: 'batch' }))],
    ['metrics by output', metricsByOutput],
    ['two inputs and outputs', twofold({}, {}, false)],
    ['losses by name', twofold({ loss: { kind: LOSSES[0], size: 'meanAbsoluteError' } as never }, {}, true)],
    [
      'metrics of two outputs',
      twofold({ metrics: { kind: 'accuracy', size: ['mse', 'mae'] } as never }, {}, true),
    ],
    ['weights of classes of one output', twofold({}, { classWeight: { kind: classWeight } as never }, false)],
    ['a data set', fromDataset()],
    ['a data set and weights of classes', fromDataset(classWeight)],
    ['trainOnBatch', onBatch],
    ['the input as target', autoencoder],
  ])('with %s gives the bits of TensorFlow.js', async (_, training) => {
    const [slow, fast] = await withStock(() => both(anonymous(training)));
    expect(fast).toEqual(slow);
    expect(told).toEqual([]);
    expect(compiled.calls).toBeGreaterThanOrEqual(4);
  });

  it('refuses weights of examples, as TensorFlow.js does', async () => {
    const training = plain(() => ({ sampleWeight: tf.ones([50]) }));
    const refused = 'sample weight is not supported yet.';
    for (const options of [false, {}] as const) {
      await expect(run(training, options)).rejects.toThrow(refused);
    }
  });
});
