import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import { backend } from './backend.js';
import type { TensorFlow } from './types.js';

interface RawOps {
  executeSingleInput(op: string, input: Tensor): Tensor;
}

/**
 * The sum of the squares of each tensor's elements: a vector with one entry a tensor, in their order; 0 for an empty one.
 * Pure; reads nothing back. With native TensorFlow each takes a single operation (`L2Loss`, half the sum of squares),
 * where `tf.norm` takes many small ones.
 * @param tensors float32 tensors of any shapes
 * @throws TypeError for another dtype
 */
export function squaredNorms(tensors: readonly Tensor[]): Tensor1D {
  const tf = backend()?.tf;
  if (!tf) throw new Error('squaredNorms: call loadTensorFlow() first.');
  tensors.forEach((tensor, i) => {
    if (tensor.dtype !== 'float32') {
      throw new TypeError(
        `squaredNorms: tensors[${i}] has dtype ${tensor.dtype}; only float32 is allowed. Use tensor.toFloat().`,
      );
    }
  });
  if (tensors.length === 0) return tf.tensor1d([], 'float32');
  const half = tf.getBackend() === 'tensorflow';
  return tf.tidy(() => {
    const sums = tf.stack(
      tensors.map((tensor) => (half ? l2Loss(tf, tensor) : sumOfSquares(tf, tensor))),
    ) as Tensor1D;
    return half ? sums.mul<Tensor1D>(2) : sums;
  });
}

function l2Loss(tf: TensorFlow, tensor: Tensor): Tensor {
  return (tf.backend() as unknown as RawOps).executeSingleInput('L2Loss', tensor);
}

function sumOfSquares(tf: TensorFlow, tensor: Tensor): Tensor {
  return tensor.size === 0 ? tf.scalar(0) : tf.sum(tf.square(tensor));
}
