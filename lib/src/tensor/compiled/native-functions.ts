import type { DataId, DataType, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';

/** An attribute of an operation, as the binding takes it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A node of a function: an input, a constant (an existing tensor's value), or an operation on outputs of earlier nodes. */
export type GraphNode =
  | { readonly op: 'Placeholder'; readonly dtype: number; readonly shape: readonly number[] }
  | { readonly op: 'Const'; readonly id: number }
  | {
      readonly op: string;
      readonly attributes: readonly Attribute[];
      /** `[node, output, node, output, …]` */
      readonly inputs: readonly number[];
    };

/** A tensor that the binding has made. */
export interface Made {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** A run whose results nobody has yet. */
export type FinishedRun = object & { readonly finishedRun: unique symbol };

/** Operations of which only types and shapes are wanted. */
export type Trace = object & { readonly trace: unique symbol };

/** The native binding: upstream's functions, and ours from `lib/native/{define,run}.cc`. Tensors go by number. */
export interface Binding {
  createTensor(shape: readonly number[], dtype: number, values: ArrayLike<unknown>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayLike<unknown>;
  executeOp(op: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): Made[];
  runSavedModel(...args: unknown[]): unknown;

  /** @param attributes serialized AttrValue messages, one byte a character */
  defineFunction(
    name: string,
    nodes: readonly GraphNode[],
    inputs: readonly number[],
    outputs: readonly number[],
    attributes: Readonly<Record<string, string>>,
  ): void;
  removeFunction(name: string): void;
  /**
   * @param state tensors that get new values
   * @param config a serialized ConfigProto, one byte a character
   */
  runFunction(
    name: string,
    inputs: readonly number[],
    state: readonly number[],
    fetches: number,
    config: string,
  ): Made[];
  runFunctionAsync(
    name: string,
    inputs: readonly number[],
    state: readonly number[],
    fetches: number,
    config: string,
  ): Promise<FinishedRun>;
  /** @param state which tensors get the new values, in their order; -1: none */
  commitState(run: FinishedRun, state: readonly number[]): Made[];
  dropState(run: FinishedRun): void;

  /** A graph that grows by {@link Binding.traceOp}. */
  beginTrace(): Trace;
  /** Adds a node, with nothing computed. @returns of each output `[dtype, …sizes]`; null: not known */
  traceOp(trace: Trace, node: GraphNode): (readonly number[] | null)[];
  /** Whether TensorFlow has taken the operations of `lib/native/op_*.cc`. */
  readonly ownOperations: boolean;
  /** A serialized FunctionDef, for tools. */
  functionDef(name: string): Uint8Array;

  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_FLOAT: number;
}

/** What is used of tfjs-node's backend. */
export interface NativeBackend {
  binding: Binding;
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  getDTypeInteger(dtype: DataType): number;
  createOutputTensor(made: Made): Tensor;
  executeSingleOutput(op: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
  refCount(dataId: DataId): number;
}

/** The backend, where native TensorFlow computes and its addon can define functions. */
export function nativeBackend(tf: TensorFlow): NativeBackend | undefined {
  if (tf.getBackend() !== 'tensorflow') return undefined;
  const backend = tf.backend() as unknown as NativeBackend;
  return typeof (backend.binding as Partial<Binding>).defineFunction === 'function' ? backend : undefined;
}

/** An attribute that names a type of numbers. */
export const typed = (backend: NativeBackend, name: string, dtype: DataType): Attribute => ({
  name,
  type: backend.binding.TF_ATTR_TYPE,
  value: backend.getDTypeInteger(dtype),
});

/** A tensor's number; values that wait in JavaScript are handed over first. */
export const idOf = (backend: NativeBackend, tensor: TensorInfo): number =>
  backend.getInputTensorIds([tensor])[0] as number;
