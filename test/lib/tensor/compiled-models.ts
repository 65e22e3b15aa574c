import * as tf from '@tensorflow/tfjs';

/** Small models of each kind, with data that they can learn. */
export interface Subject {
  readonly model: tf.Sequential;
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

let seed = 1;
const init = (): { kernelInitializer: ReturnType<typeof tf.initializers.glorotUniform> } => ({
  kernelInitializer: tf.initializers.glorotUniform({ seed: seed++ }),
});
const { layers: L } = tf;
const labels = (n: number, classes: number): tf.Tensor =>
  tf.tidy(() => tf.oneHot(tf.randomUniform([n], 0, classes, 'int32', 5).toInt(), classes).toFloat());
const normal = (...shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', 7);

const recurrent = (layer: typeof L.lstm | typeof L.gru): { layers: tf.layers.Layer[]; x: tf.Tensor } => ({
  layers: [
    layer({
      inputShape: [6, 5],
      units: 8,
      ...init(),
      recurrentInitializer: tf.initializers.glorotUniform({ seed: seed++ }),
    }),
    L.dense({ units: 3, ...init() }),
  ],
  x: normal(24, 6, 5),
});

const build = {
  mlp: () => ({
    layers: [
      L.dense({ inputShape: [20], units: 16, activation: 'relu', ...init() }),
      L.dense({ units: 3, ...init() }),
    ],
    x: normal(24, 20),
  }),
  cnn: () => ({
    layers: [
      L.conv2d({ inputShape: [10, 10, 1], filters: 4, kernelSize: 3, activation: 'relu', ...init() }),
      L.maxPooling2d({ poolSize: 2 }),
      L.flatten(),
      L.dense({ units: 3, ...init() }),
    ],
    x: normal(24, 10, 10, 1),
  }),
  'batch-norm': () => ({
    layers: [
      L.dense({ inputShape: [20], units: 16, useBias: false, ...init() }),
      L.batchNormalization(),
      L.activation({ activation: 'relu' }),
      L.dense({ units: 3, ...init() }),
    ],
    x: normal(24, 20),
  }),
  lstm: () => recurrent(L.lstm),
  gru: () => recurrent(L.gru),
  embedding: () => ({
    layers: [
      L.embedding({
        inputDim: 30,
        outputDim: 6,
        inputLength: 4,
        embeddingsInitializer: tf.initializers.randomUniform({ minval: -1, maxval: 1, seed: seed++ }),
      }),
      L.flatten(),
      L.dense({ units: 3, ...init() }),
    ],
    x: tf.tidy(() => tf.randomUniform([24, 4], 0, 30, 'float32', 9).floor()),
  }),
  dropout: () => ({
    layers: [
      L.dense({ inputShape: [20], units: 16, activation: 'relu', ...init() }),
      L.dropout({ rate: 0.4 }),
      L.dense({ units: 3, ...init() }),
    ],
    x: normal(24, 20),
  }),
  'mlp of the bench': () => ({
    layers: [
      L.dense({ inputShape: [784], units: 128, activation: 'relu', ...init() }),
      L.dense({ units: 10, ...init() }),
    ],
    x: normal(256, 784),
  }),
  'cnn of the bench': () => ({
    layers: [
      L.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu', ...init() }),
      L.maxPooling2d({ poolSize: 2 }),
      L.conv2d({ filters: 64, kernelSize: 3, activation: 'relu', ...init() }),
      L.maxPooling2d({ poolSize: 2 }),
      L.flatten(),
      L.dense({ units: 128, activation: 'relu', ...init() }),
      L.dense({ units: 10, ...init() }),
    ],
    x: normal(128, 28, 28, 1),
  }),
} satisfies Record<string, () => { layers: tf.layers.Layer[]; x: tf.Tensor }>;

export type Kind = keyof typeof build;
/** The small ones. */
export const KINDS = (Object.keys(build) as Kind[]).filter((kind) => !kind.endsWith('of the bench'));

/** The same model each time. */
export function subject(kind: Kind): Subject {
  seed = 1;
  const { layers, x } = build[kind]();
  const model = tf.sequential({ layers });
  return { model, x, y: labels(x.shape[0] as number, model.outputShape[1] as number) };
}

export const OPTIMIZERS = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  rmsprop: () => tf.train.rmsprop(0.01),
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5),
} satisfies Record<string, () => tf.Optimizer>;
