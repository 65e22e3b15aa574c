import type * as tf from '@tensorflow/tfjs';

import type { At, Json } from '../run/index.js';
import type { WeightSnapshot } from './weights.js';

/** Loss and metrics by name; those of the validation set begin with `val_`. */
export type Logs = Readonly<Record<string, number>>;

/**
 * Gradients in the order of the model's variables, to gradients of the same shapes. Part of the training step, and compiled
 * with it: a function of tensors that may read and assign variables of its own (made before the run or in its first call;
 * it disposes of them) and changes nothing else.
 * @param state `step`: number of steps done, whose use makes the step run operation by operation; `phase`: what
 *   {@link Callback.phase} calls this step
 * @returns undefined: the optimizer makes no update in this step, and later transforms have no turn
 */
export type GradientTransform = (
  gradients: readonly tf.Tensor[],
  state: { readonly step: number; readonly phase: string },
) => readonly tf.Tensor[] | undefined;

/** What a callback may see and do. */
export interface CallbackContext {
  readonly params: {
    readonly epochs: number;
    readonly stepsPerEpoch: number;
    readonly batchSize: number;
    readonly metrics: readonly string[];
  };
  readonly at: At;
  learningRate: number;
  /** Ends training after the running step (or epoch, when called at its end). */
  stop(reason: string): void;
  /** Notes an event in the run's record. */
  event(name: string, text: string): void;
  /** Takes the weights as they are now; the caller disposes them. */
  captureWeights(): WeightSnapshot;
}

/**
 * Hooks of a training run, named and called as Keras does; each may be async. Numbers only: to work on gradients, give a
 * `transform`. A plain object with any of these will do.
 */
export interface Callback {
  readonly name?: string;
  onTrainBegin?(context: CallbackContext): void | Promise<void>;
  /** Called however training ended: finished, stopped, interrupted or failed. */
  onTrainEnd?(context: CallbackContext): void | Promise<void>;
  /** @param epoch from 0 */
  onEpochBegin?(epoch: number, context: CallbackContext): void | Promise<void>;
  /** @param logs the epoch's training means and, with a validation set, `val_` values */
  onEpochEnd?(epoch: number, logs: Logs, context: CallbackContext): void | Promise<void>;
  /** @param batch from 0 in each epoch */
  onBatchBegin?(batch: number, context: CallbackContext): void | Promise<void>;
  onBatchEnd?(batch: number, logs: Logs, context: CallbackContext): void | Promise<void>;
  readonly transform?: GradientTransform;
  /**
   * Names what the transform does in a step, where that is not always the same, such as gathering gradients and applying
   * them. Each phase is compiled for itself, so keep them few.
   * @param step number of steps done before
   */
  phase?(step: number): string;
  /** What it must remember, so that a resumed run equals an uninterrupted one. */
  state?(): Json;
  restore?(state: Json): void;
}
