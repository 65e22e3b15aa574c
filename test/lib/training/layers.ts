import { describe, expect, it } from 'vitest';

import { Trainer, type Compile } from '../../../lib/dist/training/index.js';
import { loadTensorFlow, type TensorFlow } from '../../../lib/dist/tensor/index.js';
import { quiet } from './suite.js';

type Layers = TensorFlow['layers'];
type Layer = InstanceType<Layers['Layer']>;

interface Kind {
  /** Shape of an example. */
  readonly input: readonly number[];
  readonly layers: (layers: Layers) => Layer[];
  /** The first layer is given dense layers' outputs of these widths. */
  readonly branches?: readonly number[];
  /** Examples are whole numbers below this. */
  readonly tokens?: number;
}

const image = [6, 6, 2];
const sequence = [5, 3];
const over = (input: readonly number[], layers: (layers: Layers) => Layer[]): Kind => ({ input, layers });

/** Every type of layer that a model may train, or train through. */
export const LAYERS: Readonly<Record<string, Kind>> = {
  dense: over([4], (L) => [L.dense({ units: 5, activation: 'tanh' })]),
  'dense, regularized': over([4], (L) => [L.dense({ units: 5, kernelRegularizer: 'l1l2' })]),
  activation: over([4], (L) => [L.dense({ units: 5 }), L.activation({ activation: 'selu' })]),
  reLU: over([4], (L) => [L.dense({ units: 5 }), L.reLU({ maxValue: 6 })]),
  leakyReLU: over([4], (L) => [L.dense({ units: 5 }), L.leakyReLU()]),
  prelu: over([4], (L) => [L.dense({ units: 5 }), L.prelu()]),
  elu: over([4], (L) => [L.dense({ units: 5 }), L.elu()]),
  thresholdedReLU: over([4], (L) => [L.dense({ units: 8 }), L.thresholdedReLU({ theta: 0.01 })]),
  softmax: over([4], (L) => [L.dense({ units: 5 }), L.softmax()]),
  conv1d: over([8, 2], (L) => [L.conv1d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' })]),
  conv2d: over(image, (L) => [L.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' })]),
  conv3d: over([4, 4, 4, 1], (L) => [L.conv3d({ filters: 2, kernelSize: 2 })]),
  conv2dTranspose: over(image, (L) => [L.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 })]),
  conv3dTranspose: over([3, 3, 3, 1], (L) => [L.conv3dTranspose({ filters: 2, kernelSize: 2 })]),
  depthwiseConv2d: over(image, (L) => [L.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })]),
  separableConv2d: over(image, (L) => [L.separableConv2d({ filters: 3, kernelSize: 3 })]),
  maxPooling1d: over([8, 2], (L) => [
    L.conv1d({ filters: 2, kernelSize: 1 }),
    L.maxPooling1d({ poolSize: 2 }),
  ]),
  averagePooling1d: over([8, 2], (L) => [
    L.conv1d({ filters: 2, kernelSize: 1 }),
    L.averagePooling1d({ poolSize: 2 }),
  ]),
  maxPooling2d: over(image, (L) => [
    L.conv2d({ filters: 2, kernelSize: 1 }),
    L.maxPooling2d({ poolSize: 2 }),
  ]),
  averagePooling2d: over(image, (L) => [
    L.conv2d({ filters: 2, kernelSize: 1 }),
    L.averagePooling2d({ poolSize: 2 }),
  ]),
  maxPooling3d: over([4, 4, 4, 1], (L) => [
    L.conv3d({ filters: 2, kernelSize: 1 }),
    L.maxPooling3d({ poolSize: 2 }),
  ]),
  averagePooling3d: over([4, 4, 4, 1], (L) => [
    L.conv3d({ filters: 2, kernelSize: 1 }),
    L.averagePooling3d({ poolSize: 2 }),
  ]),
  globalMaxPooling1d: over([8, 2], (L) => [
    L.conv1d({ filters: 2, kernelSize: 1 }),
    L.globalMaxPooling1d({}),
  ]),
  globalAveragePooling1d: over([8, 2], (L) => [
    L.conv1d({ filters: 2, kernelSize: 1 }),
    L.globalAveragePooling1d({}),
  ]),
  globalMaxPooling2d: over(image, (L) => [L.conv2d({ filters: 2, kernelSize: 1 }), L.globalMaxPooling2d({})]),
  globalAveragePooling2d: over(image, (L) => [
    L.conv2d({ filters: 2, kernelSize: 1 }),
    L.globalAveragePooling2d({}),
  ]),
  upSampling2d: over(image, (L) => [L.conv2d({ filters: 2, kernelSize: 1 }), L.upSampling2d({})]),
  cropping2D: over(image, (L) => [
    L.conv2d({ filters: 2, kernelSize: 1 }),
    L.cropping2D({
      cropping: [
        [1, 0],
        [1, 2],
      ],
    }),
  ]),
  zeroPadding2d: over(image, (L) => [L.conv2d({ filters: 2, kernelSize: 1 }), L.zeroPadding2d({})]),
  embedding: { input: [5], tokens: 9, layers: (L) => [L.embedding({ inputDim: 9, outputDim: 3 })] },
  batchNormalization: over([4], (L) => [L.dense({ units: 5 }), L.batchNormalization()]),
  layerNormalization: over([4], (L) => [L.dense({ units: 5 }), L.layerNormalization()]),
  simpleRNN: over(sequence, (L) => [L.simpleRNN({ units: 4 })]),
  gru: over(sequence, (L) => [L.gru({ units: 4 })]),
  lstm: over(sequence, (L) => [L.lstm({ units: 4 })]),
  'lstm with dropout': over(sequence, (L) => [L.lstm({ units: 4, dropout: 0.2, recurrentDropout: 0.2 })]),
  bidirectional: over(sequence, (L) => [
    L.bidirectional({ layer: L.gru({ units: 3 }) as never, mergeMode: 'concat' }),
  ]),
  timeDistributed: over(sequence, (L) => [L.timeDistributed({ layer: L.dense({ units: 3 }) })]),
  'stacked cells': over(sequence, (L) => [
    L.rnn({ cell: [L.lstmCell({ units: 3 }), L.gruCell({ units: 3 })] }),
  ]),
  convLstm2d: over([3, 4, 4, 1], (L) => [L.convLstm2d({ filters: 2, kernelSize: 3 }) as Layer]),
  dropout: over([4], (L) => [L.dense({ units: 8 }), L.dropout({ rate: 0.3 })]),
  spatialDropout1d: over([8, 2], (L) => [
    L.conv1d({ filters: 4, kernelSize: 1 }),
    L.spatialDropout1d({ rate: 0.3 }),
  ]),
  gaussianNoise: over([4], (L) => [L.dense({ units: 8 }), L.gaussianNoise({ stddev: 0.1 })]),
  gaussianDropout: over([4], (L) => [L.dense({ units: 8 }), L.gaussianDropout({ rate: 0.2 })]),
  alphaDropout: over([4], (L) => [L.dense({ units: 8 }), L.alphaDropout({ rate: 0.2 })]),
  masking: over(sequence, (L) => [L.masking({ maskValue: 0 }), L.lstm({ units: 3 })]),
  reshape: over([4], (L) => [L.dense({ units: 6 }), L.reshape({ targetShape: [2, 3] })]),
  permute: over(sequence, (L) => [
    L.timeDistributed({ layer: L.dense({ units: 3 }) }),
    L.permute({ dims: [2, 1] }),
  ]),
  repeatVector: over([4], (L) => [L.dense({ units: 5 }), L.repeatVector({ n: 3 })]),
  rescaling: over([4], (L) => [L.dense({ units: 5 }), L.rescaling({ scale: 0.5 })]),
  ...Object.fromEntries(
    (['add', 'average', 'maximum', 'minimum', 'multiply', 'concatenate'] as const).map((name) => [
      name,
      { input: [4], branches: [3, 3], layers: (L: Layers) => [L[name]()] },
    ]),
  ),
  dot: { input: [4], branches: [3, 3], layers: (L) => [L.dot({ axes: 1 })] },
  'cells alone': over(sequence, (L) => [
    L.rnn({ cell: L.stackedRNNCells({ cells: [L.simpleRNNCell({ units: 3 }), L.gruCell({ units: 3 })] }) }),
  ]),
};

/** What `tf.layers` has besides layers that a model of LAYERS is made of. */
const NOT_TRAINED: Readonly<Record<string, string>> = {
  Layer: 'a base class',
  RNN: 'a base class',
  RNNCell: 'a base class',
  input: 'makes an input',
  inputLayer: 'makes an input',
  convLstm2dCell: 'the cell of convLstm2d',
  // Layers that prepare data and have no weights; those of TensorFlow.js 4.22 fail on every backend.
  categoryEncoding: 'changes the shape of the input that it is given',
  centerCrop: 'has no gradient',
  randomWidth: 'takes no batch',
  resizing: 'takes no batch in a model',
  flatten: 'in every model with more than one dimension',
  avgPool1d: 'averagePooling1d',
  avgPool2d: 'averagePooling2d',
  avgPool3d: 'averagePooling3d',
  avgPooling1d: 'averagePooling1d',
  avgPooling2d: 'averagePooling2d',
  avgPooling3d: 'averagePooling3d',
  maxPool1d: 'maxPooling1d',
  maxPool2d: 'maxPooling2d',
  globalMaxPool1d: 'globalMaxPooling1d',
  globalMaxPool2d: 'globalMaxPooling2d',
};

/** Trains through each type of layer, and checks that all weights move and stay finite. */
export function layersSuite(how: string, compile: Compile): void {
  describe(`layers, ${how}`, () => {
    it('are all that tf.layers has', async () => {
      const { tf } = await loadTensorFlow();
      const used = new Set(Object.keys(NOT_TRAINED));
      const noted = new Proxy(tf.layers, {
        get: (layers, name: string) => {
          used.add(name);
          return layers[name as keyof Layers];
        },
      });
      tf.tidy(() => {
        for (const { layers } of Object.values(LAYERS)) layers(noted);
      });
      expect([...used].sort()).toEqual(Object.keys(tf.layers).sort());
    });

    it.each(Object.entries(LAYERS))('%s', async (_, { input, layers, branches, tokens }) => {
      const { tf } = await loadTensorFlow();
      quiet();
      const before = tf.memory().numTensors;
      const [first, ...rest] = layers(tf.layers) as [Layer, ...Layer[]];
      const inputs = tf.input({ shape: [...input] });
      const given = branches?.map((units) => tf.layers.dense({ units, activation: 'tanh' }).apply(inputs));
      let outputs = first.apply((given ?? inputs) as typeof inputs);
      for (const layer of rest) outputs = layer.apply(outputs);
      const { shape } = outputs as ReturnType<TensorFlow['input']>;
      if (shape.length > 2) outputs = tf.layers.flatten().apply(outputs);
      outputs = tf.layers.dense({ units: 2, activation: 'softmax' }).apply(outputs);
      const model = tf.model({ inputs, outputs: outputs as ReturnType<TensorFlow['input']> });
      const n = 8;
      const size = input.reduce((product, d) => product * d, 1);
      const data = Float32Array.from({ length: n * size }, (_, i) =>
        tokens === undefined ? Math.sin(1 + i * 1.7) : Math.floor(Math.abs(Math.sin(1 + i * 1.7)) * tokens),
      );
      const y = Array.from({ length: n }, (_, i) => i % 2);
      const weights = (): number[][] => model.trainableWeights.map((weight) => [...weight.read().dataSync()]);
      const start = weights();
      const trainer = new Trainer({
        model,
        loss: 'sparseCategoricalCrossentropy',
        learningRate: 0.02,
        compile,
      });
      const run = await trainer.fit({ x: { data, shape: [n, ...input] }, y }, { epochs: 4, batchSize: 4 });
      const end = weights();
      expect(end.flat().every(Number.isFinite)).toBe(true);
      end.forEach((values, i) =>
        expect(values, model.trainableWeights[i]?.originalName).not.toEqual(start[i]),
      );
      const events = [...run.record.series.values()].filter(({ spec }) => spec.kind === 'event');
      expect(events.map(({ spec }) => spec.name)).not.toContain('eager');
      trainer.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });
}
