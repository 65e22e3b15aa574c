import { describe, expect, it } from 'vitest';

import { loadMnist } from '../../../lib/dist/data/index.js';
import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import { Trainer } from '../../../lib/dist/training/index.js';
import { quiet } from './suite.js';

process.env['GRADOSCOPE_BACKEND'] = 'wasm';
const full = process.env['GRADOSCOPE_FULL'] === '1';

/** Training images, epochs, filters of both convolutions, and the least accuracy on test images. */
const size = full
  ? { train: 20_000, epochs: 2, filters: [32, 64], test: 10_000, least: 0.97 }
  : { train: 12_000, epochs: 2, filters: [8, 16], test: 1_000, least: 0.9 };

describe('MNIST on WebAssembly', () => {
  it(`a CNN reads ${100 * size.least} % of digits that it has not seen`, { timeout: 900_000 }, async () => {
    const { tf, name } = await loadTensorFlow();
    expect(name).toBe('wasm');
    quiet();
    const { train, test } = await loadMnist({ train: size.train, test: size.test });
    const before = tf.memory().numTensors;
    const [first, second] = size.filters as [number, number];
    const { layers: L } = tf;
    const init = (seed: number) => ({ kernelInitializer: tf.initializers.heNormal({ seed }) });
    const model = tf.sequential({
      layers: [
        L.conv2d({ inputShape: [28, 28, 1], filters: first, kernelSize: 3, activation: 'relu', ...init(1) }),
        L.maxPooling2d({ poolSize: 2 }),
        L.conv2d({ filters: second, kernelSize: 3, activation: 'relu', ...init(2) }),
        L.maxPooling2d({ poolSize: 2 }),
        L.flatten(),
        L.dense({ units: 10, activation: 'softmax', ...init(3) }),
      ],
    });
    const trainer = new Trainer({
      model,
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
      learningRate: 0.002,
    });
    await trainer.fit(train, { epochs: size.epochs, batchSize: 64 });
    const { accuracy } = await trainer.evaluate(test);
    expect(accuracy).toBeGreaterThanOrEqual(size.least);
    trainer.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
