import { expect, test } from 'vitest';

import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import { Trainer } from '../../../lib/dist/training/index.js';
import { trainerSuite } from './suite.js';

process.env['GRADOSCOPE_BACKEND'] = 'wasm';
trainerSuite('wasm');

test('a layer says what wasm lacks and how to get native TensorFlow', async () => {
  const { tf, howToGetNative } = await loadTensorFlow();
  class Complex extends tf.layers.Layer {
    static className = 'Complex';
    override computeOutputShape(shape: number[]): number[] {
      return shape;
    }
    override call(inputs: unknown): ReturnType<typeof tf.real> {
      const [x] = inputs as [ReturnType<typeof tf.tensor>];
      return tf.real(tf.complex(x, x));
    }
  }
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [16], units: 4 }),
      new Complex({}),
      tf.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  const before = tf.memory().numTensors;
  const trainer = new Trainer({ model, loss: 'sparseCategoricalCrossentropy' });
  const data = { x: { data: new Float32Array(16), shape: [1, 16] }, y: [0] };
  const message = await trainer.fit(data).then(
    () => '',
    (error: Error) => error.message,
  );
  expect(message).toContain('The wasm backend cannot train this model: it lacks Complex');
  expect(message).toContain(howToGetNative);
  trainer.dispose();
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});
