import type { Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';

type Gradients = Readonly<Record<string, () => Tensor>>;

interface Taped {
  readonly outputs: Tensor[];
  /** @param dys one for each output @param saved as given to `save` */
  readonly gradients: (dys: readonly Tensor[], saved: readonly Tensor[]) => Gradients;
}

/** TensorFlow.js's engine; `tf.customGrad` takes functions with one result only. */
interface Engine {
  runKernelFunc(parameters: {
    readonly inputs: Readonly<Record<string, Tensor>>;
    readonly forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor[];
    readonly backwardsFunc: (dy: Tensor | Tensor[], saved: Tensor[]) => Gradients;
  }): Tensor[];
}

/** Operations and their gradient as one entry of the tape. */
export function taped(
  tf: TensorFlow,
  inputs: Readonly<Record<string, Tensor>>,
  f: (save: (tensors: Tensor[]) => void) => Taped,
): Tensor[] {
  let gradients: Taped['gradients'] | undefined;
  return (tf.engine() as unknown as Engine).runKernelFunc({
    inputs,
    forwardFunc: (_, save) => {
      const made = f(save);
      ({ gradients } = made);
      return made.outputs;
    },
    backwardsFunc: (dy, saved) => (gradients as Taped['gradients'])(Array.isArray(dy) ? dy : [dy], saved),
  });
}
