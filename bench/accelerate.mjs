/**
 * `model.fit` of TensorFlow.js with and without `accelerate`: blocks of epochs in alternation in one process, each on a model of its
 * own; the ratio is of paired blocks. Usage: npm run bench -- accelerate [--blocks 8]
 */
import { createRequire } from 'node:module';
import { SIZES } from './step/sizes.mjs';
import { option, writeReport } from './support/report.mjs';
import { interval, median } from './support/statistics.mjs';

const require = createRequire(import.meta.url);
const { accelerate, loadTensorFlow, withStockKernels } = require('../lib/dist/index.js');
const blocks = option('blocks', 8);
const { tf, native } = await loadTensorFlow();
if (!native) throw new Error('Native TensorFlow is not set up: there is nothing to compare.');
const { layers: L } = tf;

const MODELS = {
  mlp: () => [
    L.dense({ inputShape: [784], units: 128, activation: 'relu' }),
    L.dense({ units: 10, activation: 'softmax' }),
  ],
  cnn: () => [
    L.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu' }),
    L.maxPooling2d({ poolSize: 2 }),
    L.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    L.maxPooling2d({ poolSize: 2 }),
    L.flatten(),
    L.dense({ units: 128, activation: 'relu' }),
    L.dense({ units: 10, activation: 'softmax' }),
  ],
};

const { makeTrainFunction } = tf.LayersModel.prototype;

/** What a model is trained with. @type {Record<string, ((model: object) => void) | undefined>} */
const WAYS = {
  'TensorFlow.js, stock kernels': (model) => {
    model.makeTrainFunction = () => {
      const train = makeTrainFunction.call(model);
      return (data) => withStockKernels(() => train(data));
    };
  },
  'TensorFlow.js': (model) => Object.assign(model, { makeTrainFunction }),
  accelerated: undefined,
};
const [baseline] = Object.keys(WAYS);

/** A function that trains a new model for an epoch. @param {'mlp' | 'cnn'} name @param {(typeof WAYS)[string]} way */
function training(name, way) {
  const { batch, shape, steps } = SIZES[name];
  const model = tf.sequential({ layers: MODELS[name]() });
  const loss = 'categoricalCrossentropy';
  model.compile({ optimizer: tf.train.adam(0.001), loss, metrics: ['accuracy'] });
  way?.(model.model); // a sequential model is trained by one within
  const x = tf.randomNormal([batch * steps, ...shape], 0, 1, 'float32', 1);
  const y = tf.oneHot(tf.randomUniform([batch * steps], 0, 10, 'int32', 1), 10).toFloat();
  return () => model.fit(x, y, { batchSize: batch, epochs: 1, shuffle: false, verbose: 0 });
}

accelerate({
  onFallback: (reason) => {
    throw new Error(`not compiled: ${reason}`);
  },
});
const rows = [];
for (const model of /** @type {const} */ (['mlp', 'cnn'])) {
  const { steps } = SIZES[model];
  const ways = Object.entries(WAYS).map(([way, prepare]) => ({
    way,
    fit: training(model, prepare),
    first: 0,
    ms: [],
  }));
  for (let block = 0; block <= blocks; block++) {
    for (const one of block % 2 === 0 ? ways : [...ways].reverse()) {
      const began = performance.now();
      await one.fit();
      const time = performance.now() - began;
      if (block === 0) one.first = time;
      else one.ms.push(time / steps);
    }
  }
  const base = ways[0].ms;
  for (const { way, first, ms } of ways) {
    const ratios = ms.map((time, i) => base[i] / time);
    rows.push({
      model,
      way,
      msPerStep: median(ms),
      faster: median(ratios),
      interval: interval(ratios),
      firstEpochMs: first,
      ms,
    });
  }
}
console.log(
  `Milliseconds a step of model.fit, medians of ${blocks} epochs in alternation; how many times as fast as ${baseline}`,
);
console.table(
  rows.map(({ model, way, msPerStep, faster, interval: [low, high], firstEpochMs }) => ({
    model,
    way,
    'ms a step': msPerStep.toFixed(2),
    'times as fast': faster.toFixed(2),
    '95 % interval': `${low.toFixed(2)} – ${high.toFixed(2)}`,
    'first epoch, ms': firstEpochMs.toFixed(0),
  })),
);
writeReport('accelerate', { blocks, sizes: { mlp: SIZES.mlp, cnn: SIZES.cnn }, rows });
