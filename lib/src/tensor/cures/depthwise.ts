import type { KernelConfig, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';

interface Attributes {
  readonly dilations?: number | readonly [number, number] | null;
}

const KERNELS = ['DepthwiseConv2dNative', 'FusedDepthwiseConv2D'];

/**
 * TensorFlow's depthwise convolution refuses dilations on the CPU. A dilated filter is a larger one with zeros in between,
 * which gives the same numbers at the same padding.
 */
export function cureDepthwise(tf: TensorFlow): void {
  for (const kernelName of KERNELS) {
    const stock = tf.getKernel(kernelName, 'tensorflow') as KernelConfig | undefined;
    if (!stock) continue;
    tf.unregisterKernel(kernelName, 'tensorflow');
    tf.registerKernel({
      ...stock,
      kernelFunc: (params) => {
        const dilations = (params.attrs as unknown as Attributes).dilations ?? 1; // layers give null
        const [high, wide] = typeof dilations === 'number' ? [dilations, dilations] : dilations;
        if (high === 1 && wide === 1) return stock.kernelFunc(params);
        const filter = spread(tf, params.inputs['filter'] as Tensor4D, high, wide);
        try {
          const attrs = { ...params.attrs, dilations: [1, 1] };
          return stock.kernelFunc({ ...params, inputs: { ...params.inputs, filter }, attrs });
        } finally {
          filter.dispose();
        }
      },
    });
  }
}

/** Puts `high - 1` rows and `wide - 1` columns of zeros between those of a filter. */
function spread(tf: TensorFlow, filter: Tensor4D, high: number, wide: number): Tensor4D {
  const [rows, columns, channels, multiplier] = filter.shape;
  const depth = channels * multiplier;
  return tf.tidy(() => {
    const apart = tf.reshape(filter, [rows, 1, columns, 1, depth]);
    const zeros = [0, high - 1, 0, wide - 1, 0].map((after): [number, number] => [0, after]);
    const padded = tf.reshape(tf.pad(apart, zeros), [rows * high, columns * wide, channels, multiplier]);
    const size = [(rows - 1) * high + 1, (columns - 1) * wide + 1, channels, multiplier];
    return tf.slice(padded as Tensor4D, [0, 0, 0, 0], size);
  });
}
