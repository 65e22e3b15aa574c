import { backend } from './backend.js';
import type { Engine } from './guard/engine.js';

/**
 * Runs synchronous code apart from what is open in TensorFlow.js's engine: a `tf.engine().startScope()` of somebody else's,
 * whose end would take the tensors made here with it, or what a terminated cell has left and nobody has put back yet.
 * Tensors made within belong to no scope: whoever makes them disposes of them.
 */
export function detached<T>(f: () => T): T {
  const tf = backend()?.tf;
  if (!tf) return f();
  const { state } = tf.engine() as unknown as Engine;
  const { activeTape, gradientDepth, kernelDepth, activeScope, scopeStack } = state;
  Object.assign(state, {
    activeTape: null,
    gradientDepth: 0,
    kernelDepth: 0,
    activeScope: null,
    scopeStack: [],
  });
  try {
    return f();
  } finally {
    Object.assign(state, { activeTape, gradientDepth, kernelDepth, activeScope, scopeStack });
  }
}

/** The values of `values`, each made {@link detached}. */
export function* eachDetached<T>(values: Iterable<T>): Generator<T, void, undefined> {
  const iterator = values[Symbol.iterator]();
  for (let next = detached(() => iterator.next()); !next.done; next = detached(() => iterator.next()))
    yield next.value;
}
