import type { Optimizer, Tensor, TensorContainer } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';
import { fieldsOf, type Engine, type Scope } from './engine.js';

/**
 * Tensors that a terminated call leaves behind and that no scope on the stack holds: those kept for a gradient, and the
 * results of a scope that was just ending. The returned function gives those that are left.
 */
export function watchLeftovers(tf: TensorFlow): () => Tensor[] {
  const engine = tf.engine() as unknown as Engine;
  const { state } = engine;
  const saved = new Set<Tensor>();
  let ending: { scope: Scope; result: unknown } | undefined;
  const endScope = engine.endScope.bind(engine);
  const startTape = engine.startTape.bind(engine);
  const clone = engine.clone.bind(engine);

  engine.endScope = (result) => {
    ending = state.activeScope ? { scope: state.activeScope, result } : undefined;
    endScope(result);
    ending = undefined;
  };

  engine.startTape = () => {
    if (state.gradientDepth === 0) saved.clear(); // the gradient before this one has disposed of its own
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
    const left = [...saved];
    saved.clear();
    if (ending) {
      const { scope, result } = ending;
      const lost = tf.tensor_util
        .getTensorsInContainer(result as TensorContainer)
        .filter((t) => !fieldsOf(t).kept && fieldsOf(t).scopeId === scope.id);
      left.push(...lost);
    }
    ending = undefined;
    return left.filter((tensor) => !tensor.isDisposed);
  };
}

/** `minimize` holds its gradients in no scope. In one of its own they are found again after a termination. */
function scopeMinimize(prototype: Optimizer, tf: TensorFlow): void {
  const minimize = prototype.minimize;
  prototype.minimize = function (this: Optimizer, ...args) {
    return tf.tidy(() => minimize.apply(this, args) as Tensor) as ReturnType<typeof minimize>;
  };
}
