import type { KernelConfig, KernelFunc, Tensor } from '@tensorflow/tfjs';
import { typed, type Attribute, type NativeBackend } from '../compiled/native-functions.js';
import type { TensorFlow } from '../types.js';

/** What an override is given to register itself with. */
export interface Registrar {
  readonly tf: TensorFlow;
  /** Overrides that change the last bits can be switched off, to compare with what they replace. */
  readonly active: () => boolean;
}

type Parameters = Omit<globalThis.Parameters<KernelFunc>[0], 'backend'> & {
  /** The one that computes now: `tf.engine().reset()` makes a new one. */
  readonly backend: NativeBackend;
};

/** Puts a kernel in the place of the stock one, which it may call. */
export function replaceKernel(
  { tf }: Registrar,
  name: string,
  kernel: (parameters: Parameters, stock: () => ReturnType<KernelFunc>) => ReturnType<KernelFunc>,
): void {
  const stock = tf.getKernel(name, 'tensorflow') as KernelConfig | undefined;
  if (!stock) return;
  tf.unregisterKernel(name, 'tensorflow');
  tf.registerKernel({
    ...stock,
    kernelFunc: (parameters) => kernel(parameters as Parameters, () => stock.kernelFunc(parameters)),
  });
}

/** Runs one native operation with a type attribute `T` and further ones. */
export const run = (
  backend: NativeBackend,
  op: string,
  inputs: readonly Tensor[],
  more: readonly Attribute[] = [],
): Tensor =>
  backend.executeSingleOutput(op, [typed(backend, 'T', (inputs[0] as Tensor).dtype), ...more], inputs);
