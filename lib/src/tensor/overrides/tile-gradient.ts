import type { GradConfig, Tensor } from '@tensorflow/tfjs';
import type { Registrar } from './override.js';

/** The stock gradient takes a slice and a sum for every repetition, thousands for one layer normalization. */
export function overrideTileGradient({ tf, allows }: Registrar): void {
  const stock = tf.getGradient('Tile') as GradConfig | undefined;
  if (!stock) return;
  tf.unregisterGradient('Tile');
  tf.registerGradient({
    ...stock,
    gradFunc: (dy, saved, attributes) => {
      if (!allows('tensorflow')) return stock.gradFunc(dy, saved, attributes);
      const [x] = saved as [Tensor];
      const { reps } = attributes as unknown as { reps: readonly number[] };
      // Each dimension as repetitions × size; the sum over the repetitions is the gradient.
      const split = x.shape.flatMap((size, i) => [reps[i] ?? 1, size]);
      const repetitions = x.shape.map((_, i) => 2 * i);
      return { x: () => tf.reshape(tf.sum(tf.reshape(dy as Tensor, split), repetitions), x.shape) };
    },
  });
}
