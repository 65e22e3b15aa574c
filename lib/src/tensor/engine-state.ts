import type { Tensor } from '@tensorflow/tfjs';
import { backend } from './backend.js';
import { protectOperations } from './guard/critical.js';
import { isKept, type Engine, type Scope } from './guard/engine.js';
import { watchFits } from './guard/fits.js';
import { watchLeftovers } from './guard/leftovers.js';
import type { TensorFlow } from './types.js';

interface Watch {
  readonly leftovers: () => Tensor[];
  readonly afterTermination: (repair: () => void) => void;
  readonly endFits: (cell: string) => void;
}

let watch: Watch | undefined;

/**
 * Notes where TensorFlow.js's engine stands. The returned function puts it back there after the code that ran since was
 * terminated, which runs no `finally`: open scopes, the tape and the depths are dropped, and tensors that only those held
 * are disposed of. Variables and tensors kept with `tf.keep` stay. From the first call on, a host that terminates code
 * (a notebook's kernel) does so between operations only, so that each has either happened or not.
 *
 * Before {@link loadTensorFlow} there is nothing to put back.
 */
export function engineState(): () => void {
  const tf = backend()?.tf;
  if (!tf) return () => undefined;
  const { leftovers, afterTermination } = (watch ??= install(tf));
  const { state } = tf.engine() as unknown as Engine;
  const { activeTape, gradientDepth, kernelDepth, activeScope, profiling } = state;
  const scopes = [...state.scopeStack];
  const moves = [...state.numDataMovesStack];

  const restore = () => {
    const abandoned = state.scopeStack.filter((scope: Scope) => !scopes.includes(scope));
    const held = abandoned.flatMap(({ track }) => track.filter((tensor) => !isKept(tensor)));
    Object.assign(state, { activeTape, gradientDepth, kernelDepth, activeScope, profiling });
    state.scopeStack = [...scopes];
    state.numDataMovesStack = [...moves];
    for (const tensor of [...held, ...leftovers()]) tensor.dispose();
  };
  return () => afterTermination(restore);
}

/**
 * {@link engineState} for a cell. What it returns also ends the `fit` calls of TensorFlow.js's models that the cell has begun.
 * @param cell the id of the execute request; undefined: no cell runs
 */
export function cellState(cell: string | undefined): () => void {
  const restore = engineState();
  return () => {
    if (cell !== undefined) watch?.endFits(cell);
    restore();
  };
}

function install(tf: TensorFlow): Watch {
  const leftovers = watchLeftovers(tf);
  const host = (globalThis as { [key: symbol]: { cell(): { msgId: string } } | undefined })[
    Symbol.for('gradoscope.host')
  ];
  const endFits = host ? watchFits(tf, () => host.cell().msgId) : () => undefined;
  return { leftovers, afterTermination: protectOperations(tf), endFits }; // in this order: around the watched, so that each piece is whole
}
