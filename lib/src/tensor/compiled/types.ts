import type { Tensor } from '@tensorflow/tfjs';
import type { Rate } from './recorder.js';

export interface CompileOptions {
  /**
   * Compile by XLA instead of optimizing the graph (grappler). Faster for dense and recurrent models, slower for
   * convolutions, and it takes seconds once; `auto` tries both and keeps the faster. Default false.
   */
  readonly xla?: boolean | 'auto';
  /** Numbers that the step takes from JavaScript and that may change between steps, such as the learning rate. */
  readonly rates?: readonly Rate[];
  /** Notes what the step changes in JavaScript besides variables. @returns puts it back */
  readonly remember?: () => () => void;
  /**
   * The step keeps no tensor from one call to the next, variables aside. Then nothing is computed while it is recorded, which
   * makes the first call of a large model faster. Default false.
   */
  readonly pure?: boolean;
  /** Called once when the step cannot be compiled and runs as it is, with the reason. */
  readonly onFallback?: (reason: string) => void;
  /** A step with more operations (all of a call's steps together) is not compiled. Default 10,000. */
  readonly maxOperations?: number;
  /**
   * Steps in one call. `run` takes the inputs of the first step, then of the second, and so on, and returns outputs in that
   * order; a rate is the same for all of them. Default 1.
   */
  readonly steps?: number;
  /** So many shapes of inputs are compiled for; the one that was used longest ago is forgotten. Default 8. */
  readonly maxShapes?: number;
}

/** How a step runs: as one native call, optimized by grappler or compiled by XLA, or operation by operation. */
export type StepMode = 'graph' | 'xla' | 'eager';

/** A step that has been computed. Nothing has changed yet. */
export interface PendingStep {
  /** Puts the new values into the variables. @returns what the step returned; the caller disposes of it */
  commit(): Tensor[];
  /** Forgets the step. */
  drop(): void;
}

export interface CompiledStep {
  /** Runs the step. @returns what it returned, as a list; the caller disposes of it */
  run(...inputs: Tensor[]): Tensor[];
  /**
   * Computes the step while the event loop turns. Variables that code assigns to meanwhile keep what they were assigned.
   * The inputs may be disposed of at once. A step that is not compiled is done when this returns, and has changed its
   * variables; what it throws is thrown by this.
   */
  compute(...inputs: Tensor[]): Promise<PendingStep>;
  /** How the step last ran; undefined: it has not. */
  readonly mode: StepMode | undefined;
  /** Why it does not run compiled. */
  readonly reason: string | undefined;
  /** Number of times it was recorded. */
  readonly recorded: number;
  dispose(): void;
}
