import type { GradConfig, Tensor, Tensor5D } from '@tensorflow/tfjs';
import { einsumGradient } from '../fallback/einsum.js';
import type { TensorFlow } from '../types.js';

/** Comparisons are constant almost everywhere; without a gradient of their own, what multiplies by them cannot be trained. */
const COMPARISONS = ['Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'NotEqual'];

/** Registers gradients that TensorFlow.js lacks on every backend. */
export function cureGradients(tf: TensorFlow): void {
  const register = (config: GradConfig): void => {
    if (!(tf.getGradient(config.kernelName) as unknown)) tf.registerGradient(config);
  };
  for (const kernelName of COMPARISONS) {
    register({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (_, [a, b]) => ({
        a: () => tf.zeros((a as Tensor).shape),
        b: () => tf.zeros((b as Tensor).shape),
      }),
    });
  }
  register({
    // A transposed convolution is the gradient of a convolution with respect to its input.
    kernelName: 'Conv3DBackpropInputV2',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (given, saved, attributes) => {
      const [dy, filter] = saved as [Tensor5D, Tensor5D];
      const { strides, pad } = attributes as unknown as { strides: number; pad: 'valid' | 'same' };
      const outer = given as Tensor5D;
      return {
        dy: () => tf.conv3d(outer, filter, strides, pad),
        filter: () =>
          tf
            .engine()
            .runKernel(
              'Conv3DBackpropFilterV2',
              { x: outer, dy },
              { strides, pad, filterShape: filter.shape },
            ) as unknown as Tensor,
      };
    },
  });
  register({
    kernelName: 'Einsum',
    saveAllInputs: true,
    gradFunc: (dy, saved, attributes) => {
      const { equation } = attributes as unknown as { equation: string };
      return Object.fromEntries(
        saved.map((_, i) => [i, () => einsumGradient(tf, equation, dy as Tensor, saved, i)]),
      );
    },
  });
}
