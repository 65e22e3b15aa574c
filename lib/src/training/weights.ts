import * as tf from '@tensorflow/tfjs';

import type { Learner } from './learner.js';

/** The weights of a moment. Holds one tensor a variable until disposed. */
export class WeightSnapshot {
  readonly #values: readonly tf.Tensor[];

  constructor(private readonly variables: readonly tf.Variable[]) {
    // A clone shares memory until the variable is assigned anew, so this copies nothing.
    this.#values = variables.map((variable) => tf.keep(tf.clone(variable)));
  }

  /** Puts these weights back. The snapshot stays usable. */
  restore(): void {
    this.variables.forEach((variable, i) => variable.assign(this.#values[i] as tf.Tensor));
  }

  dispose(): void {
    tf.dispose(this.#values as tf.Tensor[]);
  }
}

/** Takes the weights of a learner, batch-norm's moving averages included. The caller disposes them. */
export function captureWeights(learner: Learner): WeightSnapshot {
  return new WeightSnapshot(learner.state);
}
