import type { KernelConfig, KernelFunc, Tensor } from '@tensorflow/tfjs';
import { nativeBackend, typed, type Attribute, type NativeBackend } from '../compiled/native-functions.js';
import type { TensorFlow } from '../types.js';
import type { Kernels } from './kernels.js';

/** What an override is given to register itself with. */
export interface Registrar {
  readonly tf: TensorFlow;
  /** Overrides that change the last bits can be switched off, to compare with what they replace. */
  readonly allows: (kernels: Kernels) => boolean;
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

type AttributeKind = 'TF_ATTR_BOOL' | 'TF_ATTR_FLOAT' | 'TF_ATTR_INT';

/** An attribute by the kind of its value. */
export const attribute = (
  backend: NativeBackend,
  kind: AttributeKind,
  name: string,
  value: unknown,
): Attribute => ({ name, type: backend.binding[kind], value });

/** Several of one kind, by name. */
export const attributesOf = (
  backend: NativeBackend,
  kind: AttributeKind,
  values: Readonly<Record<string, unknown>>,
): Attribute[] => Object.entries(values).map(([name, value]) => attribute(backend, kind, name, value));

/**
 * Whether derivatives of what is computed now may be wanted that have to go through a gradient's own operations. Native
 * operations that are called directly leave no trace for them.
 */
export const differentiatedAgain = ({ tf }: Registrar, depth: number): boolean =>
  (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > depth;

/** The native backend that computes now; call it where an operation is run, not where an override is registered. */
export const present = ({ tf }: Registrar): NativeBackend => {
  const backend = nativeBackend(tf);
  if (!backend) throw new Error('native TensorFlow does not compute now');
  return backend;
};
