import { expect, test } from 'vitest';

import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import { Trainer } from '../../../lib/dist/training/index.js';
import { trainerSuite } from './suite.js';

process.env['GRADOSCOPE_BACKEND'] = 'wasm';
trainerSuite('wasm');

test('a convolution says what wasm lacks and how to get native TensorFlow', async () => {
  const { tf, howToGetNative } = await loadTensorFlow();
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [4, 4, 1], filters: 2, kernelSize: 3 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  const before = tf.memory().numTensors;
  const trainer = new Trainer({ model, loss: 'sparseCategoricalCrossentropy' });
  const data = { x: { data: new Float32Array(16), shape: [1, 4, 4, 1] }, y: [0] };
  const message = await trainer.fit(data).then(
    () => '',
    (error: Error) => error.message,
  );
  expect(message).toContain('The wasm backend cannot train this model: it lacks Conv2DBackpropFilter');
  expect(message).toContain(howToGetNative);
  trainer.dispose();
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});
