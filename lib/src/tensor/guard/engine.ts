import type { Tensor } from '@tensorflow/tfjs';

/** The parts of TensorFlow.js's engine that a terminated cell leaves as they were in the middle of a call. */
export interface Engine {
  readonly state: EngineFields;
  endScope(result?: unknown): void;
  startTape(): void;
  clone(tensor: Tensor): Tensor;
  runKernelFunc(call: { readonly kernelName?: string }): unknown;
}

export interface Scope {
  readonly id: number;
  readonly track: Tensor[];
}

export interface EngineFields {
  activeTape: unknown;
  gradientDepth: number;
  kernelDepth: number;
  activeScope: Scope | null | undefined;
  scopeStack: Scope[];
  numDataMovesStack: number[];
  profiling: boolean;
}

/** Was `tf.keep` called on the tensor? Its class calls the field internal. */
export const isKept = (tensor: Tensor): boolean => (tensor as unknown as { kept: boolean }).kept;
