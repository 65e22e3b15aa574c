import type { DataId, KernelBackend, Tensor, Variable } from '@tensorflow/tfjs';

/** The parts of TensorFlow.js's engine that a terminated cell leaves as they were in the middle of a call. */
export interface Engine {
  readonly state: EngineFields;
  trackTensor(tensor: Tensor, backend: KernelBackend | null): void;
  disposeTensor(tensor: Tensor): void;
  removeDataId(id: DataId, backend: KernelBackend): void;
  endScope(result?: unknown): void;
  startTape(): void;
  clone(tensor: Tensor): Tensor;
}

export interface Scope {
  readonly id: number;
  readonly track: Tensor[];
}

export interface Counters {
  numTensors: number;
  numStringTensors: number;
  numBytes: number;
  numDataBuffers: number;
}

export interface EngineFields extends Counters {
  registeredVariables: Record<string, Variable>;
  activeTape: unknown;
  gradientDepth: number;
  kernelDepth: number;
  activeScope: Scope | null | undefined;
  scopeStack: Scope[];
  numDataMovesStack: number[];
  profiling: boolean;
  tensorInfo: WeakMap<object, { backend: KernelBackend; bytes: number }>;
}

/** A tensor's fields that its class calls internal. */
export interface TensorFields {
  kept: boolean;
  scopeId: number;
  isDisposedInternal: boolean;
}

export const fieldsOf = (tensor: Tensor): TensorFields => tensor as unknown as TensorFields;

export function counters({ numTensors, numStringTensors, numBytes, numDataBuffers }: Counters): Counters {
  return { numTensors, numStringTensors, numBytes, numDataBuffers };
}
