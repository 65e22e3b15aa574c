/** Trace and definition of the bench's CNN, and its first run, in milliseconds: node first-use.mjs [graph|xla]; prints JSON. */
import { createRequire } from 'node:module';
import { SIZES } from '../step/sizes.mjs';
import { cnn } from './cnn.mjs';

const require = createRequire(import.meta.url);
const { loadTensorFlow, compileStep } = require('../../lib/dist/tensor/index.js');
const { tf } = await loadTensorFlow();
const { batch, shape } = SIZES.cnn;
const model = cnn(tf);
const variables = model.trainableWeights.map((weight) => weight.read());
const optimizer = tf.train.adam(0.001);
/** Milliseconds of each run of the step's code: the rehearsal and the recordings. */
const runs = [];
const step = (x, y) => {
  const began = performance.now();
  const forward = () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }));
  const { value, grads } = tf.variableGrads(forward, variables);
  optimizer.applyGradients(grads);
  runs.push(performance.now() - began);
  return value;
};
const x = tf.randomNormal([batch, ...shape], 0, 1, 'float32', 1);
const y = tf.oneHot(tf.randomUniform([batch], 0, 10, 'int32', 1), 10).toFloat();
tf.add(tf.sum(x), tf.sum(y)).dataSync();
const compiled = compileStep(step, { xla: process.argv[2] === 'xla', pure: true });

const began = performance.now();
const computing = compiled.compute(x, y);
const compile = performance.now() - began;
(await computing).drop();
const first = performance.now() - began - compile;
const again = performance.now();
for (let i = 0; i < 20; i++) (await compiled.compute(x, y)).commit().forEach((loss) => loss.dispose());
const later = (performance.now() - again) / 20;
console.log(
  JSON.stringify({ compile, runs, first, step: later, recorded: compiled.recorded, mode: compiled.mode }),
);
