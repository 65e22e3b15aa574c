import type { Tensor, Variable } from '@tensorflow/tfjs';
import { engineState } from '../engine-state.js';
import type { TensorFlow } from '../types.js';
import { idOf, type Binding, type Made, type NativeBackend } from './native-functions.js';
import { ShapeMemory } from './shape-memory.js';
import { SymbolicRun, UnknownShape } from './symbolic-run.js';
import { watched } from './watched.js';

/**
 * Runs a step once and learns the shapes of all that it computes.
 * @param computing whether what depends on the inputs is computed; else a step that keeps such tensors is left with stand-ins
 * @throws UnknownShape when it cannot be had without computing
 */
export function learnShapes(
  tf: TensorFlow,
  backend: NativeBackend,
  inputs: readonly Tensor[],
  computing: boolean,
  run: () => void,
): ShapeMemory {
  const { binding } = backend;
  const shapes = new ShapeMemory();
  const there = known(tf, backend, inputs);
  shapes.begin(there);
  const ids = inputs.map((tensor) => idOf(backend, tensor));
  const executor = computing ? binding : new SymbolicRun(binding, ids, there);
  const watch: Partial<Binding> = {
    executeOp: (...call) => shapes.execute(executor, ...call) as Made[],
    createTensor: (shape, dtype, values) => {
      const id = binding.createTensor(shape, dtype, values);
      shapes.made(id, shape, dtype, values, dtype !== binding.TF_FLOAT);
      return id;
    },
    tensorDataSync: (id) => {
      if (id < -1) throw new UnknownShape('it reads the value of a tensor');
      return binding.tensorDataSync(id);
    },
  };
  const restore = engineState();
  const unhook = computing ? () => undefined : refuseStandIns(tf, backend);
  backend.binding = watched(binding, watch);
  try {
    run();
  } catch (error) {
    restore(); // TensorFlow.js leaves what it kept for the gradients
    throw error;
  } finally {
    backend.binding = binding;
    unhook();
  }
  return shapes;
}

/** A variable keeps the value that it begins with. */
function refuseStandIns(tf: TensorFlow, backend: NativeBackend): () => void {
  const maker = tf.engine() as unknown as { makeVariable(value: Tensor, ...rest: unknown[]): Variable };
  const own = Object.hasOwn(maker, 'makeVariable');
  const { makeVariable } = maker;
  maker.makeVariable = function (value, ...rest) {
    if (idOf(backend, value) < 0) throw new UnknownShape('it makes a variable from its inputs');
    return makeVariable.call(this, value, ...rest);
  };
  return () => {
    if (own) maker.makeVariable = makeVariable;
    else Reflect.deleteProperty(maker, 'makeVariable');
  };
}

/** What is there before a step: its inputs and every variable. */
export const known = (
  tf: TensorFlow,
  backend: NativeBackend,
  inputs: readonly Tensor[],
): (readonly [id: number, dtype: number, shape: readonly number[]])[] =>
  [...inputs, ...Object.values(tf.engine().registeredVariables)].map((tensor) => [
    idOf(backend, tensor),
    backend.getDTypeInteger(tensor.dtype),
    tensor.shape,
  ]);
