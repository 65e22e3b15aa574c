import type * as tf from '@tensorflow/tfjs';

import type { SeriesSpec } from '../run/index.js';
import type { ParameterGroup } from './learner.js';

/** What an instrument may see of a step. */
export interface StepTensors {
  /** Gradients of each group's variables, in the order of `groups`; as they came, before any callback's transform. */
  readonly gradients: readonly (readonly tf.Tensor[])[];
  /** The variables, before the update. */
  readonly weights: readonly (readonly tf.Tensor[])[];
  readonly loss: tf.Scalar;
}

export type StepNeed = keyof StepTensors;

/** What an instrument measured in one step, by series name. */
export type Readings = Readonly<Record<string, number | ArrayLike<number>>>;

/**
 * A measuring device on the training step. It never changes what it measures.
 * `measure` is a pure function of tensors that joins the step; all instruments of a step are read with one transfer.
 */
export interface Instrument {
  readonly name: string;
  readonly needs: readonly StepNeed[];
  /** The series that it will write, for these layers. */
  series(groups: readonly ParameterGroup[]): readonly SeriesSpec[];
  /** float32 `[n]`, with n the same at each step. */
  measure(tensors: StepTensors): tf.Tensor1D;
  /** Turns the `n` numbers of a step into rows of its series. */
  read(values: Float32Array): Readings;
}
