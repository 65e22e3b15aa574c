import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';

const { native } = await loadTensorFlow();

/** Each override once. */
function gradients(): number[][] {
  return tf.tidy(() => {
    const x = tf.tensor2d([1, -2, 3, 4], [2, 2]);
    const rows = tf.tensor1d([1, 0, 1], 'int32');
    const f = (w: tf.Tensor, b: tf.Tensor): tf.Scalar =>
      tf.sum(tf.gather(tf.tile(tf.relu(tf.add(tf.matMul(x, w as tf.Tensor2D), b)), [1, 2]), rows));
    const given = [tf.tensor2d([1, 2, -3, 4], [2, 2]), tf.tensor1d([0.5, -1])];
    return tf
      .grads(f)(given)
      .map((gradient) => [...gradient.dataSync()]);
  });
}

describe.skipIf(!native)('kernels and gradients of our own', () => {
  it('compute in the backend that a reset of the engine makes', async () => {
    const before = gradients();
    const old = tf.backend();
    tf.engine().reset();
    await tf.setBackend('tensorflow');
    expect(tf.backend()).not.toBe(old);
    expect(gradients()).toEqual(before);
    expect(tf.memory().numTensors).toBe(0);
  });
});
