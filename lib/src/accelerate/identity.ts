import type { TensorFlow } from '../tensor/types.js';
import type { FitModel } from './model.js';

/**
 * The objects and flags that a model's step was recorded with. `compile`, freezing a layer, another optimizer, and weights
 * loaded into an optimizer change them.
 */
export function identityOf(tf: TensorFlow, model: FitModel): unknown[] {
  const { optimizer_, lossFunctions, metricsTensors, collectedTrainableWeights } = model;
  const slots = Object.values(optimizer_).filter(
    (value) => Array.isArray(value) || value instanceof tf.Variable,
  );
  const trainable = collectedTrainableWeights.map((weight) => weight.read().trainable);
  return [optimizer_, lossFunctions, metricsTensors, collectedTrainableWeights, ...slots, ...trainable];
}

/** The numbers that TensorFlow.js's own layers and optimizers are set to, but for the learning rate. */
export function settingsOf(model: FitModel): string {
  const { learningRate: _, ...optimizer } = model.optimizer_.getConfig() as Record<string, unknown>;
  return JSON.stringify([model.getConfig(), optimizer]);
}

export const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);
