import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import { run, type Registrar } from './override.js';

/** One operation in the place of three and a constant. */
export function overrideReluGradient({ tf, backend, active }: Registrar): void {
  const stock = tf.getGradient('Relu') as GradConfig | undefined;
  if (!stock) return;
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    ...stock,
    // Saves the input, as the stock gradient does.
    gradFunc: (dy, saved, attributes) =>
      active() && tf.getBackend() === 'tensorflow'
        ? { x: () => run(backend, 'ReluGrad', [dy as Tensor, saved[0] as Tensor]) }
        : stock.gradFunc(dy, saved, attributes),
  });
}
