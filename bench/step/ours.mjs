/**
 * One measurement of ours: node ours.mjs MODEL MODE STEPS [FILE]; prints JSON. MODE: eager, graph or xla, or graph-k8 for eight
 * steps in a call.
 * FILE is for the step's function as TensorFlow has it; where.py reads it.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { median } from '../support/statistics.mjs';
import { SIZES } from './sizes.mjs';

const require = createRequire(import.meta.url);
const { loadTensorFlow, compileStep, withStockKernels } = require('../../lib/dist/tensor/index.js');
const [name, mode, steps, functionFile] = process.argv.slice(2);
const { tf } = await loadTensorFlow();
const { layers: L } = tf;
const size = SIZES[name];
const [how, several] = mode.split('-k');
const k = Number(several ?? 1);

const variable = (shape, scale = 0.08) => tf.variable(tf.randomNormal(shape, 0, scale));

/** A model of layers: its variables and its logits. */
function sequential(layers) {
  const model = tf.sequential({ layers });
  return {
    variables: model.trainableWeights.map((weight) => weight.read()),
    logits: (x) => model.apply(x, { training: true }),
  };
}

function layerNorm(x, gain, offset) {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), gain), offset);
}

/** Encoder layers with pre-normalization; the mean over time is classified. */
function transformer({ features, width, heads, hidden, depth, time }) {
  const dense = (n, m) => ({ w: variable([n, m]), b: tf.variable(tf.zeros([m])) });
  const norm = () => ({ g: tf.variable(tf.ones([width])), o: tf.variable(tf.zeros([width])) });
  const input = dense(features, width);
  const output = dense(width, 10);
  const blocks = Array.from({ length: depth }, () => ({
    n1: norm(),
    n2: norm(),
    qkv: dense(width, 3 * width),
    out: dense(width, width),
    up: dense(width, hidden),
    down: dense(hidden, width),
  }));
  const apply = ({ w, b }, x) => tf.add(tf.matMul(x, w), b);
  const logits = (x) => {
    const n = x.shape[0];
    let h = apply(input, x.reshape([n * time, features]));
    for (const { n1, n2, qkv, out, up, down } of blocks) {
      const parts = tf.split(apply(qkv, layerNorm(h, n1.g, n1.o)), 3, 1);
      const [q, k, v] = parts.map((part) =>
        part.reshape([n, time, heads, width / heads]).transpose([0, 2, 1, 3]),
      );
      const scores = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width / heads)));
      const mixed = tf
        .matMul(scores, v)
        .transpose([0, 2, 1, 3])
        .reshape([n * time, width]);
      h = tf.add(h, apply(out, mixed));
      h = tf.add(h, apply(down, tf.relu(apply(up, layerNorm(h, n2.g, n2.o)))));
    }
    return apply(output, tf.mean(h.reshape([n, time, width]), 1));
  };
  const collect = (value) => (value instanceof tf.Variable ? [value] : Object.values(value).flatMap(collect));
  return { variables: collect([input, output, blocks]), logits };
}

const MODELS = {
  mlp: () =>
    sequential([L.dense({ inputShape: [784], units: 128, activation: 'relu' }), L.dense({ units: 10 })]),
  cnn: () =>
    sequential([
      L.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu' }),
      L.maxPooling2d({ poolSize: 2 }),
      L.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      L.maxPooling2d({ poolSize: 2 }),
      L.flatten(),
      L.dense({ units: 128, activation: 'relu' }),
      L.dense({ units: 10 }),
    ]),
  // The gates of Keras and PyTorch; TensorFlow.js's default is the hard sigmoid.
  lstm: () =>
    sequential([
      L.lstm({ inputShape: size.shape, units: size.units, recurrentActivation: 'sigmoid' }),
      L.dense({ units: 10 }),
    ]),
  'lstm-small': () => MODELS.lstm(),
  transformer: () => transformer(size),
};

function measure() {
  const { variables, logits } = MODELS[name]();
  const optimizer = tf.train.adam(0.001);
  const step = (x, y) => {
    const forward = () => tf.losses.softmaxCrossEntropy(y, logits(x));
    const { value, grads } = tf.variableGrads(forward, variables);
    optimizer.applyGradients(grads);
    return value;
  };
  const batches = Array.from({ length: 8 }, (_, i) => [
    tf.randomNormal([size.batch, ...size.shape], 0, 1, 'float32', i + 1),
    tf.oneHot(tf.randomUniform([size.batch], 0, 10, 'int32', i + 1), 10).toFloat(),
  ]);
  for (const [x, y] of batches) tf.add(tf.sum(x), tf.sum(y)).dataSync();
  const compiled =
    how === 'eager' ? undefined : compileStep(step, { xla: how === 'xla', maxOperations: 30_000, steps: k });
  const once = (i) => {
    const given = Array.from({ length: k }, (_, j) => batches[(k * i + j) % batches.length]).flat();
    const losses = compiled ? compiled.run(...given) : [tf.tidy(() => step(...given))];
    const values = losses.map((loss) => loss.dataSync()[0]);
    tf.dispose(losses);
    return values.at(-1);
  };
  const began = performance.now();
  once(0);
  const first = performance.now() - began;
  for (let i = 1; i < 1 + steps / 4; i++) once(i);
  const times = [];
  let loss = 0;
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    loss = once(i);
    times.push((performance.now() - start) / k);
  }
  if (functionFile) fs.writeFileSync(functionFile, tf.backend().binding.functionDef('gradoscope_step_1'));
  return {
    ms: median(times),
    first: first / 1000,
    loss,
    mode: compiled?.mode ?? 'eager',
    reason: compiled?.reason,
  };
}

console.log(JSON.stringify(how === 'eager' ? withStockKernels(measure) : measure()));
