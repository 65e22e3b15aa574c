import type { Tensor } from '@tensorflow/tfjs';
import type { Rate } from '../tensor/index.js';

interface Rated {
  learningRate?: unknown;
  setLearningRate?: (rate: number) => void;
  /** SGD and Momentum: the opposite of the rate, made by `setLearningRate`. They do not look at the property. */
  readonly c?: Tensor;
}

/** The learning rate that an optimizer steps with, whether it is the property or not. undefined: it has none. */
export function rateOf(optimizer: object): Rate | undefined {
  const rated = optimizer as Rated;
  if (typeof rated.learningRate !== 'number') return undefined;
  if (!rated.c || !rated.setLearningRate) {
    return { get: () => rated.learningRate as number, set: (rate) => (rated.learningRate = rate) };
  }
  let known: Tensor | undefined;
  let value = 0;
  return {
    get: () => {
      if (rated.c !== known) {
        known = rated.c;
        value = -((known as Tensor).dataSync()[0] as number);
      }
      return value;
    },
    set: (rate) => {
      const { learningRate } = rated;
      rated.setLearningRate?.(rate);
      rated.learningRate = learningRate;
    },
  };
}
