import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import { nativeBackend } from '../compiled/native-functions.js';
import { run, type Registrar } from './override.js';

/** One operation in the place of three and a constant. */
export function overrideReluGradient({ tf, active }: Registrar): void {
  const stock = tf.getGradient('Relu') as GradConfig | undefined;
  if (!stock) return;
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    ...stock,
    // Saves the input, as the stock gradient does.
    gradFunc: (dy, saved, attributes) => {
      const backend = active() ? nativeBackend(tf) : undefined;
      return backend
        ? { x: () => run(backend, 'ReluGrad', [dy as Tensor, saved[0] as Tensor]) }
        : stock.gradFunc(dy, saved, attributes);
    },
  });
}
