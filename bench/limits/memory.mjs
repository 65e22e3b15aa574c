/** Growth of the resident set over 10,000 compiled steps of the bench's MLP, in bytes: prints JSON. */
import { createRequire } from 'node:module';
import v8 from 'node:v8';
import vm from 'node:vm';
import { SIZES } from '../step/sizes.mjs';

const require = createRequire(import.meta.url);
const { loadTensorFlow, compileStep } = require('../../lib/dist/tensor/index.js');
const { tf } = await loadTensorFlow();
v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');
const { batch, shape } = SIZES.mlp;
const { layers: L } = tf;
const model = tf.sequential({
  layers: [L.dense({ inputShape: shape, units: 128, activation: 'relu' }), L.dense({ units: 10 })],
});
const variables = model.trainableWeights.map((weight) => weight.read());
const optimizer = tf.train.adam(0.001);
const compiled = compileStep((x, y) => {
  const { value, grads } = tf.variableGrads(
    () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })),
    variables,
  );
  optimizer.applyGradients(grads);
  return value;
});
const x = tf.randomNormal([batch, ...shape]);
const y = tf.oneHot(tf.randomUniform([batch], 0, 10, 'int32'), 10).toFloat();
const once = async (i) => {
  const outputs = i % 2 ? compiled.run(x, y) : (await compiled.compute(x, y)).commit();
  await outputs[0].data();
  tf.dispose(outputs);
};
for (let i = 0; i < 2_000; i++) await once(i);
collect();
const [tensors, before] = [tf.memory().numTensors, process.memoryUsage().rss];
const rss = [];
for (let i = 0; i < 10_000; i++) {
  await once(i);
  if (i % 1000 === 999) {
    collect();
    rss.push(process.memoryUsage().rss - before);
  }
}
console.log(
  JSON.stringify({ growth: rss.at(-1), rss, tensors: tf.memory().numTensors - tensors, mode: compiled.mode }),
);
