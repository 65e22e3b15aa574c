import type { KernelBackend, Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';

type Buckets = (this: unknown, data: Tensor, count?: number) => Tensor;

/**
 * tfjs-node's summary histogram throws on data that are all equal (it concatenates scalars). Such data get the single
 * bucket that TensorBoard's own summaries give them: one wide, with the value in its middle.
 */
export function cureHistogram(tf: TensorFlow, backend: KernelBackend): void {
  const prototype = Object.getPrototypeOf(backend) as { buckets?: Buckets };
  const original = prototype.buckets;
  if (!original) return;
  prototype.buckets = function (data, count) {
    const value = constantValue(tf, data);
    if (value === undefined) return original.call(this, data, count);
    return tf.tensor2d([[value - 0.5, value + 0.5, data.size]]);
  };
}

function constantValue(tf: TensorFlow, data: Tensor): number | undefined {
  if (data.size === 0) return undefined;
  const [min, max] = tf.tidy(() => {
    const flat = tf.cast(data, 'float32').flatten();
    return tf.stack([flat.min(), flat.max()]).dataSync();
  });
  return min === max ? min : undefined;
}
