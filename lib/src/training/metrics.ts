import * as tf from '@tensorflow/tfjs';

import { ArgumentError, checkChoice, shown } from '../data/argument.js';
import { likePrediction, type ResolvedLoss } from './losses.js';

/** A metric: targets and predictions `[batch, …]` to a scalar, the mean over the batch; an epoch's value weighs batches by size. */
export type MetricFunction = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Scalar;

export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly compute: MetricFunction;
  /** One of those with a name, which keeps nothing from step to step. */
  readonly stock?: boolean;
}

export const METRIC_NAMES = ['accuracy', 'meanSquaredError', 'meanAbsoluteError'] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** What `metrics` takes: a name, or a function of your own (its own name is the metric's). */
export type MetricInput =
  MetricName | MetricFunction | { readonly name: string; readonly compute: MetricFunction };

const NAME = /^[A-Za-z][\w.-]{0,60}$/;
/** Names that the record uses itself. */
const TAKEN = /^(?:loss|learning_rate|gradient_norm|global_gradient_norm|(?:batch|val)_.*)$/;

/** Resolves metrics for a loss. @throws ArgumentError for an unknown one, a bad name or the same name twice */
export function resolveMetrics(inputs: unknown, loss: ResolvedLoss): Metric[] {
  if (!Array.isArray(inputs))
    throw new ArgumentError('metrics', shown(inputs), 'a list, such as ["accuracy"]');
  const metrics = inputs.map((input, i) => resolve(`metrics[${i}]`, input, loss));
  const names = metrics.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ArgumentError('metrics', `${shown(twice)} twice`, 'each name once');
  return metrics;
}

function resolve(argument: string, input: unknown, loss: ResolvedLoss): Metric {
  if (typeof input === 'function') return custom(argument, input.name, input as MetricFunction);
  if (typeof input === 'object' && input !== null && 'name' in input && 'compute' in input) {
    return custom(argument, String(input.name), input.compute as MetricFunction);
  }
  const name = checkChoice(argument, input, METRIC_NAMES);
  switch (name) {
    case 'accuracy':
      return { name, unit: '', compute: accuracy(loss), stock: true };
    case 'meanSquaredError':
      return {
        name,
        unit: '',
        compute: (y, p) => tf.mean(tf.squaredDifference(likePrediction(y, p), p)),
        stock: true,
      };
    case 'meanAbsoluteError':
      return {
        name,
        unit: '',
        compute: (y, p) => tf.mean(tf.abs(tf.sub(likePrediction(y, p), p))),
        stock: true,
      };
  }
}

/** A metric's value for a batch. @throws ArgumentError when a function of the user's gives more than one number */
export function measureMetric({ name, compute }: Metric, yTrue: tf.Tensor, yPred: tf.Tensor): tf.Scalar {
  const value = compute(yTrue, yPred);
  if (value instanceof tf.Tensor && value.size === 1) return value;
  const got = value instanceof tf.Tensor ? `shape [${(value as tf.Tensor).shape.join(', ')}]` : shown(value);
  throw new ArgumentError(`metric ${name}`, got, 'a scalar, the mean over the batch');
}

function custom(argument: string, name: string, compute: MetricFunction): Metric {
  if (typeof compute !== 'function')
    throw new ArgumentError(`${argument}.compute`, shown(compute), 'a function');
  if (!NAME.test(name) || TAKEN.test(name)) {
    throw new ArgumentError(
      argument,
      `a metric named ${shown(name)}`,
      'a name of letters and digits that the record does not use itself (loss, learning_rate, batch_…, val_…)',
    );
  }
  return { name, unit: '', compute };
}

/** Share of right predictions: of classes by the largest output, of a single output by the threshold ½. */
function accuracy(loss: ResolvedLoss): MetricFunction {
  return (yTrue, yPred) => {
    const classes = yPred.shape[yPred.shape.length - 1] ?? 1;
    if (classes === 1 || loss.name === 'binaryCrossentropy') {
      const right = tf.equal(tf.greater(yPred, 0.5), tf.greater(tf.reshape(yTrue, yPred.shape), 0.5));
      return tf.mean(tf.cast(right, 'float32'));
    }
    const predicted = tf.argMax(yPred, -1);
    const oneHot = yTrue.shape.join() === yPred.shape.join();
    const actual = oneHot ? tf.argMax(yTrue, -1) : tf.reshape(yTrue, predicted.shape);
    return tf.mean(tf.cast(tf.equal(predicted, tf.cast(actual, 'int32')), 'float32'));
  };
}
