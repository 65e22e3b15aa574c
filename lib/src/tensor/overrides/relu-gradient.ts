import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import { nativeBackend } from '../compiled/native-functions.js';
import { differentiatedAgain, run, type Registrar } from './override.js';

/** One operation in the place of three and a constant. */
export function overrideReluGradient(registrar: Registrar): void {
  const { tf, allows } = registrar;
  const stock = tf.getGradient('Relu') as GradConfig | undefined;
  if (!stock) return;
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    ...stock,
    // The output is above 0 where the input is, and nothing else then needs the input: it can be fused with what made it.
    inputsToSave: [],
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => {
      const backend =
        allows('tensorflow') && !differentiatedAgain(registrar, 0) ? nativeBackend(tf) : undefined;
      return backend
        ? { x: () => run(backend, 'ReluGrad', [dy as Tensor, saved[0] as Tensor]) }
        : stock.gradFunc(dy, saved, attributes);
    },
  });
}
