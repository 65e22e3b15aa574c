import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';

test('tensors are shown by their values, models by their layers', async () => {
  const { tf } = await loadTensorFlow();
  const tensor = tf.tensor2d([
    [1, 2],
    [3, 4],
  ]);
  expect(inspect(tensor)).toMatch(/dtype: float32[\s\S]*shape: \[2,2\][\s\S]*\[\[1, 2\],[\s\S]*\[3, 4\]\]/);
  tensor.dispose();
  expect(inspect(tensor)).toBe('Tensor (disposed) [2, 2]');
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2], name: 'only' })] });
  expect(inspect(model)).toMatch(/only \(Dense\)[\s\S]*Total params: 9/);
  expect(inspect(tf.sequential())).toMatch(/no input shape yet/);
  model.dispose();
});
