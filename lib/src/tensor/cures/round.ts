import type { KernelBackend, KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';

/** `tf.round` of int32 gives zeros with TensorFlow 2.18 and later; an integer is its own round. */
export function cureRound(tf: TensorFlow): void {
  const stock = tf.getKernel('Round', 'tensorflow') as KernelConfig | undefined;
  if (!stock) return;
  tf.unregisterKernel('Round', 'tensorflow');
  tf.registerKernel({
    ...stock,
    kernelFunc: (params) => {
      const { x } = params.inputs as { x: TensorInfo };
      if (x.dtype !== 'int32') return stock.kernelFunc(params);
      (params.backend as KernelBackend).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}
