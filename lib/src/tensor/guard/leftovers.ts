import type { Optimizer, Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';
import type { Engine } from './engine.js';

/**
 * Tensors that no scope on the stack holds when a gradient is cut short: those that were kept for it. The returned function
 * gives those that are left.
 */
export function watchLeftovers(tf: TensorFlow): () => Tensor[] {
  const engine = tf.engine() as unknown as Engine;
  const saved = new Set<Tensor>();
  const startTape = engine.startTape.bind(engine);
  const clone = engine.clone.bind(engine);

  engine.startTape = () => {
    if (engine.state.gradientDepth === 0) saved.clear(); // the gradient before this one has disposed of its own
    startTape();
  };

  // The engine clones only what it keeps for a gradient.
  engine.clone = (tensor) => {
    const copy = clone(tensor);
    saved.add(copy);
    return copy;
  };

  scopeMinimize(tf.Optimizer.prototype, tf);

  return () => {
    const left = [...saved].filter((tensor) => !tensor.isDisposed);
    saved.clear();
    return left;
  };
}

/** `minimize` holds its gradients in no scope. In one of its own they are found again after a termination. */
function scopeMinimize(prototype: Optimizer, tf: TensorFlow): void {
  const minimize = prototype.minimize;
  prototype.minimize = function (this: Optimizer, ...args) {
    return tf.tidy(() => minimize.apply(this, args) as Tensor) as ReturnType<typeof minimize>;
  };
}
