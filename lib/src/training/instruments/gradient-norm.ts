import type * as tf from '@tensorflow/tfjs';

import type { SeriesSpec } from '../../run/index.js';
import { squaredNorms } from '../../tensor/index.js';
import type { Instrument, Readings, StepTensors } from '../instrument.js';
import type { ParameterGroup } from '../learner.js';

/**
 * The L2 norm of the gradient of every layer (over all of its variables) and of the whole model, at every step.
 * First-order: it reads the gradients that the step has anyway.
 * Series: `gradient_norm` (vector, a component a layer) and `global_gradient_norm`.
 */
export class GradientNorm implements Instrument {
  readonly name = 'gradient_norm';
  readonly needs = ['gradients'] as const;
  #sizes: readonly number[] = [];

  series(groups: readonly ParameterGroup[]): readonly SeriesSpec[] {
    this.#sizes = groups.map(({ variables }) => variables.length);
    const labels = groups.map(({ name }) => name);
    return [
      { name: 'gradient_norm', unit: '', kind: 'vector', shape: [labels.length], dtype: 'float32', labels },
      { name: 'global_gradient_norm', unit: '', kind: 'scalar', shape: [], dtype: 'float64' },
    ];
  }

  measure({ gradients }: StepTensors): tf.Tensor1D {
    return squaredNorms(gradients.flat());
  }

  read(squares: Float32Array): Readings {
    let i = 0;
    let total = 0;
    const norms = this.#sizes.map((count) => {
      let sum = 0;
      for (const end = i + count; i < end; i++) sum += squares[i] as number;
      total += sum;
      return Math.sqrt(sum);
    });
    return { gradient_norm: norms, global_gradient_norm: Math.sqrt(total) };
  }
}
