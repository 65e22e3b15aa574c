/** Gaps of the event loop, in milliseconds, while a Trainer trains the bench's CNN in the background: prints JSON. */
import { createRequire } from 'node:module';
import { SIZES } from '../step/sizes.mjs';
import { cnn } from './cnn.mjs';

const require = createRequire(import.meta.url);
const { loadTensorFlow } = require('../../lib/dist/tensor/index.js');
const { Trainer } = require('../../lib/dist/training/index.js');
const { tf } = await loadTensorFlow();
const { batch, shape } = SIZES.cnn;
const examples = batch * 50;
const data = {
  x: {
    data: Float32Array.from({ length: examples * 784 }, (_, i) => Math.sin(i * i)),
    shape: [examples, ...shape],
  },
  y: { data: Int32Array.from({ length: examples }, (_, i) => i % 10), shape: [examples] },
};
let last = 0;
/** From the third step on: the first is compiled, the second still finds its own pace. */
let gaps;
const ticker = setInterval(() => {
  const now = performance.now();
  gaps?.push(now - last);
  last = now;
}, 1);
const steps = [];
let began = 0;
const watch = {
  onBatchEnd: () => {
    const now = performance.now();
    if (gaps) steps.push(now - began);
    began = now;
    if (!gaps && began > 0 && ++seen === 3) gaps = [];
  },
  onTrainEnd: () => clearInterval(ticker),
};
let seen = 0;
const trainer = new Trainer({
  model: cnn(tf, 'softmax'),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
  callbacks: [watch],
});
const run = await trainer.start(data, { epochs: 4, batchSize: batch }).done;
gaps.sort((a, b) => a - b);
steps.sort((a, b) => a - b);
const at = (list, share) => list[Math.floor(share * (list.length - 1))];
console.log(
  JSON.stringify({
    longest: gaps.at(-1),
    p99: at(gaps, 0.99),
    median: at(gaps, 0.5),
    ticks: gaps.length,
    steps: steps.length,
    step: at(steps, 0.5),
    mode: run.record.header.environment.mode,
  }),
);
