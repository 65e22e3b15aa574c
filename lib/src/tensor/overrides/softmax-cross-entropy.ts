import type { Tensor, TensorLike } from '@tensorflow/tfjs';
import { differentiatedAgain, present, type Registrar } from './override.js';
import { typed } from '../compiled/native-functions.js';
import { taped } from './taped.js';

type SoftmaxCrossEntropy = Registrar['tf']['losses']['softmaxCrossEntropy'];

/**
 * `tf.losses.softmaxCrossEntropy` by TensorFlow's operation, which gives the loss and its gradient together, in the place of
 * about twenty.
 */
export function overrideSoftmaxCrossEntropy(registrar: Registrar): void {
  const { tf, allows } = registrar;
  const losses = tf.losses as { softmaxCrossEntropy: SoftmaxCrossEntropy };
  const stock = losses.softmaxCrossEntropy;
  losses.softmaxCrossEntropy = ((labels, logits, weights, labelSmoothing = 0, reduction) => {
    const fits =
      allows('tensorflow') &&
      tf.getBackend() === 'tensorflow' &&
      labelSmoothing === 0 &&
      isMatrix(tf, labels) &&
      isMatrix(tf, logits) &&
      labels.shape.join() === logits.shape.join() &&
      !differentiatedAgain(registrar, 1);
    if (!fits) return stock(labels, logits, weights, labelSmoothing, reduction);
    return tf.tidy(() => {
      const each = crossEntropy(registrar, tf.cast(labels, 'float32'), logits);
      return tf.losses.computeWeightedLoss(each, weights ?? 1, reduction);
    });
  }) as SoftmaxCrossEntropy;
}

const isMatrix = (tf: Registrar['tf'], value: Tensor | TensorLike): value is Tensor =>
  value instanceof tf.Tensor && value.shape.length === 2 && value.size > 0;

/** Σ −yᵢ·log softmax(z)ᵢ for each row; Goodfellow et al. 2016, eq. 6.12 and 6.29. */
function crossEntropy(registrar: Registrar, labels: Tensor, logits: Tensor): Tensor {
  const { tf } = registrar;
  const backend = present(registrar);
  return taped(tf, { labels, logits }, (save) => {
    const attributes = [typed(backend, 'T', 'float32')];
    const inputs = [tf.cast(logits, 'float32'), labels];
    const [loss, slope] = backend.executeMultipleOutputs(
      'SoftmaxCrossEntropyWithLogits',
      attributes,
      inputs,
      2,
    ) as [Tensor, Tensor];
    save([slope]);
    return {
      outputs: [loss],
      gradients: ([dy], [saved]) => {
        const change = (): Tensor => tf.mul(tf.expandDims(dy as Tensor, -1), saved as Tensor);
        return { logits: change, labels: () => tf.neg(change()) };
      },
    };
  })[0] as Tensor;
}
