import type { Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from './types.js';

/**
 * Trains a model on a batch: inputs, targets and, where they are given, weights of the examples. Gives loss and metrics.
 * Every training of TensorFlow.js's models goes through it.
 */
export type Train = (data: readonly (Tensor | null | undefined)[]) => Tensor[];

/** Makes another of a model's train function; `fit` does so once a call. */
export type Around = (model: object, train: Train) => Train;

/** In the order in which they are put around it. */
const PLACES = ['compiling', 'watching'] as const;
const around: Partial<Record<(typeof PLACES)[number], Around>> = {};
const prepared = new WeakSet<object>();

/**
 * Puts something around what TensorFlow.js's models are trained with.
 * @param wrap undefined: nothing any more; trainings that have begun go on as they are
 */
export function aroundTraining(
  tf: TensorFlow,
  place: (typeof PLACES)[number],
  wrap: Around | undefined,
): void {
  if (wrap) around[place] = wrap;
  else Reflect.deleteProperty(around, place);
  const prototype = tf.LayersModel.prototype as unknown as { makeTrainFunction(): Train };
  if (prepared.has(prototype)) return;
  prepared.add(prototype);
  const make = prototype.makeTrainFunction;
  prototype.makeTrainFunction = function (this: object) {
    return PLACES.reduce<Train>((train, name) => around[name]?.(this, train) ?? train, make.call(this));
  };
}
