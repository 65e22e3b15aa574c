import { backend } from './backend.js';
import type { Engine, Scope } from './guard/engine.js';
import { fieldsOf } from './guard/engine.js';
import { watchLeftovers } from './guard/leftovers.js';
import { watchTransactions } from './guard/transactions.js';

interface Watch {
  readonly settle: () => void;
  readonly leftovers: () => ReturnType<ReturnType<typeof watchLeftovers>>;
}

let watch: Watch | undefined;

/**
 * Notes where TensorFlow.js's engine stands. The returned function puts it back there after the code that ran since was
 * terminated, which runs no `finally`: open scopes, the tape and the depths are dropped, tensors that only those held are
 * disposed of, and a weight that was just being assigned has its new value. Variables and tensors kept with `tf.keep` stay.
 * Before {@link loadTensorFlow} there is nothing to put back.
 */
export function engineState(): () => void {
  const tf = backend()?.tf;
  if (!tf) return () => undefined;
  const { settle, leftovers } = (watch ??= { settle: watchTransactions(tf), leftovers: watchLeftovers(tf) });
  const { state } = tf.engine() as unknown as Engine;
  const { activeTape, gradientDepth, kernelDepth, activeScope, profiling } = state;
  const scopes = [...state.scopeStack];
  const moves = [...state.numDataMovesStack];

  return () => {
    attempt(settle);
    const abandoned = [...state.scopeStack, state.activeScope].filter(
      (s): s is Scope => !!s && !scopes.includes(s),
    );
    const left = leftovers();
    Object.assign(state, { activeTape, gradientDepth, kernelDepth, activeScope, profiling });
    state.scopeStack = [...scopes];
    state.numDataMovesStack = [...moves];
    for (const { track } of abandoned) {
      for (const tensor of track)
        if (!fieldsOf(tensor).kept && !tensor.isDisposed) attempt(() => tensor.dispose());
    }
    for (const tensor of left) if (!tensor.isDisposed) attempt(() => tensor.dispose());
  };
}

/** The rest is put back even if one tensor was cut in the middle of its own disposal. */
function attempt(f: () => void): void {
  try {
    f();
  } catch {
    // Its memory is lost; there is nothing else to do with it.
  }
}
