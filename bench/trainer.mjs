/**
 * What the trainer and its instrument cost over a bare TensorFlow.js loop that reads its loss at each step: alternated blocks in
 * one process, ratios of block times with a 95 % interval (bootstrap over blocks).
 * Usage: npm run bench -- trainer [--blocks 12] [--steps 40]
 */
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';

const require = createRequire(import.meta.url);
const { loadTensorFlow, Trainer, GradientNorm, setStage, loadMnist, pick, batches } = {
  ...require('../lib/dist/index.js'),
  ...require('../lib/dist/data/batches.js'),
  ...require('../lib/dist/data/dataset.js'),
};
const option = (name, fallback) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : Number(process.argv[i + 1]);
};
const [blocks, steps] = [option('blocks', 12), option('steps', 40)];
const silent = {
  enterStep() {},
  exitStep() {},
  tick() {},
  flush() {},
  close() {},
  represent: () => ({}),
};
setStage({ cellId: () => undefined, open: () => silent });

const { tf, name } = await loadTensorFlow();
const { train } = await loadMnist({ train: 128 * steps, test: 1 });

const models = {
  mlp: () => [
    tf.layers.flatten({ inputShape: [28, 28, 1] }),
    tf.layers.dense({ units: 128, activation: 'relu' }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ],
  cnn: () => [
    tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 16, kernelSize: 3, activation: 'relu' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 64, activation: 'relu' }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ],
};

/** The loop that one would write by hand, with the same loss. */
function bareLoop(layers, batchSize) {
  const model = tf.sequential({ layers });
  const optimizer = tf.train.adam(0.001);
  const data = pick(
    train,
    Uint32Array.from({ length: batchSize * steps }, (_, i) => i),
  );
  return () => {
    for (const { x, y } of batches(data, batchSize)) {
      const loss = optimizer.minimize(() => {
        const p = model.apply(x, { training: true });
        const oneHot = tf.cast(tf.oneHot(y, 10), 'float32');
        return tf.mean(tf.neg(tf.sum(tf.mul(oneHot, tf.log(tf.clipByValue(p, 1e-7, 1))), -1)));
      }, true);
      loss.dataSync();
      tf.dispose([loss, x, y]);
    }
  };
}

function trainerLoop(layers, batchSize, instruments) {
  const trainer = new Trainer({
    model: tf.sequential({ layers }),
    loss: 'sparseCategoricalCrossentropy',
    instruments,
  });
  const data = pick(
    train,
    Uint32Array.from({ length: batchSize * steps }, (_, i) => i),
  );
  return () => trainer.fit(data, { batchSize, shuffle: false });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function interval(ratios) {
  const medians = Array.from({ length: 2000 }, () =>
    median(ratios.map(() => ratios[Math.floor(Math.random() * ratios.length)])),
  );
  medians.sort((a, b) => a - b);
  return [medians[50], medians[1949]];
}

const rows = [];
for (const [model, batchSize] of name === 'native'
  ? [
      ['mlp', 128],
      ['cnn', 64],
    ]
  : [['mlp', 128]]) {
  const loops = {
    'bare loop': bareLoop(models[model](), batchSize),
    'Trainer, no instrument': trainerLoop(models[model](), batchSize, []),
    'Trainer, gradient norms': trainerLoop(models[model](), batchSize, [new GradientNorm()]),
  };
  const times = Object.fromEntries(Object.keys(loops).map((key) => [key, []]));
  for (const loop of Object.values(loops)) await loop(); // warm-up
  for (let block = 0; block < blocks; block++) {
    const order = Object.keys(loops);
    if (block % 2 === 1) order.reverse();
    for (const key of order) {
      const began = performance.now();
      await loops[key]();
      times[key].push((performance.now() - began) / steps);
    }
  }
  for (const key of Object.keys(loops)) {
    const ratios = times[key].map((time, i) => time / times['bare loop'][i]);
    rows.push({
      model,
      loop: key,
      msPerStep: median(times[key]),
      ratio: median(ratios),
      interval: interval(ratios),
    });
  }
}
console.table(
  rows.map(({ model, loop, msPerStep, ratio, interval: [low, high] }) => ({
    model,
    loop,
    'ms a step (median)': msPerStep.toFixed(2),
    'ratio to bare loop': ratio.toFixed(3),
    '95 % interval': `${low.toFixed(3)} – ${high.toFixed(3)}`,
  })),
);
const machine = {
  platform: `${os.type()} ${os.arch()}`,
  processor: os.cpus()[0]?.model,
  cores: os.cpus().length,
  node: process.version,
};
fs.writeFileSync(
  new URL('results/trainer.json', import.meta.url),
  `${JSON.stringify({ date: new Date().toISOString(), machine, backend: name, blocks, steps, rows }, undefined, 2)}\n`,
);
