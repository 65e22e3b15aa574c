import * as tf from '@tensorflow/tfjs';

import { ArgumentError, checkChoice, shown } from '../data/argument.js';
import type { Dataset } from '../data/index.js';
import { backend } from '../tensor/index.js';

/** A loss: targets and predictions `[batch, …]` to a scalar, the mean over the batch. */
export type LossFunction = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Scalar;

const EPSILON = 1e-7; // Keras's own: keeps logarithms of probabilities finite

/** How a loss reads its targets: as class numbers, as one row of numbers shaped like the prediction. */
export type TargetKind = 'classes' | 'like prediction';

interface LossDefinition {
  readonly target: TargetKind;
  readonly compute: (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor;
}

const logProbability = (p: tf.Tensor): tf.Tensor => tf.log(tf.clipByValue(p, EPSILON, 1));
/** Targets as float32 in the prediction's shape: `[n]` would broadcast against `[n, 1]` to `[n, n]`. */
export function likePrediction(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.cast(yTrue, 'float32'), yPred.shape);
}

/** Class numbers, shaped `[batch]` or `[batch, 1]`, as one-hot rows like `yPred`. */
export function oneHotLike(yTrue: tf.Tensor, yPred: tf.Tensor): tf.Tensor {
  const classes = yPred.shape[yPred.shape.length - 1] as number;
  const flat = tf.cast(tf.reshape(yTrue, yPred.shape.slice(0, -1)), 'int32');
  // The wasm backend writes integers whatever dtype is asked for, so the cast comes after.
  return tf.cast(tf.oneHot(flat as tf.Tensor1D, classes), 'float32');
}

const LOSSES = {
  /** −Σ y·log p over classes; predictions are probabilities (a softmax output). Goodfellow et al. 2016, eq. 5.59 and 6.12. */
  categoricalCrossentropy: {
    target: 'like prediction',
    compute: (y, p) => tf.neg(tf.sum(tf.mul(likePrediction(y, p), logProbability(p)), -1)),
  },
  /** The same with targets as class numbers. */
  sparseCategoricalCrossentropy: {
    target: 'classes',
    compute: (y, p) => tf.neg(tf.sum(tf.mul(oneHotLike(y, p), logProbability(p)), -1)),
  },
  /** Cross-entropy from logits (a linear output), targets as class numbers: log Σ exp z − z_y, stable for large z. */
  sparseCategoricalCrossentropyFromLogits: {
    target: 'classes',
    compute: (y, z) =>
      z.shape.length === 2 && backend()?.native === true
        ? tf.losses.softmaxCrossEntropy(oneHotLike(y, z), z, undefined, 0, tf.Reduction.NONE) // one operation there
        : tf.neg(tf.sum(tf.mul(oneHotLike(y, z), tf.logSoftmax(z)), -1)),
  },
  /** −y·log p − (1 − y)·log(1 − p); predictions are probabilities (a sigmoid output). */
  binaryCrossentropy: {
    target: 'like prediction',
    compute: (y, p) => {
      const t = likePrediction(y, p);
      return tf.neg(tf.add(tf.mul(t, logProbability(p)), tf.mul(tf.sub(1, t), logProbability(tf.sub(1, p)))));
    },
  },
  /** (y − ŷ)². */
  meanSquaredError: {
    target: 'like prediction',
    compute: (y, p) => tf.squaredDifference(likePrediction(y, p), p),
  },
  /** |y − ŷ|. */
  meanAbsoluteError: {
    target: 'like prediction',
    compute: (y, p) => tf.abs(tf.sub(likePrediction(y, p), p)),
  },
} as const satisfies Record<string, LossDefinition>;

export type LossName = keyof typeof LOSSES;
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];

export interface ResolvedLoss {
  readonly name: string;
  readonly target: TargetKind | undefined;
  readonly compute: LossFunction;
}

/** A loss by name, or a function of your own. @throws ArgumentError */
export function resolveLoss(loss: unknown): ResolvedLoss {
  if (typeof loss === 'function') {
    return { name: loss.name || 'loss', target: undefined, compute: loss as LossFunction };
  }
  const name = checkChoice('loss', loss, LOSS_NAMES);
  const { target, compute } = LOSSES[name];
  return { name, target, compute: (yTrue, yPred) => tf.mean(compute(yTrue, yPred)) };
}

/**
 * Checks that the targets of a data set fit a loss and the model's output.
 * @param outputShape shape of one prediction, without the batch dimension
 * @throws ArgumentError
 */
export function checkTargets(
  argument: string,
  { y }: Dataset,
  loss: ResolvedLoss,
  outputShape: readonly number[],
): void {
  const shape = y.shape.slice(1);
  if (loss.target === 'classes') {
    const expected = outputShape.slice(0, -1);
    if (shape.join() !== expected.join() && shape.join() !== [...expected, 1].join()) {
      throw new ArgumentError(
        `${argument}.y`,
        `shape [${y.shape.join(', ')}]`,
        `class numbers of shape [${[y.shape[0], ...expected].join(', ')}] for loss ${loss.name}`,
        shape.join() === outputShape.join() ? 'For one-hot targets use loss "categoricalCrossentropy".' : '',
      );
    }
    const classes = outputShape[outputShape.length - 1] as number;
    y.data.forEach((value, i) => {
      if (!Number.isInteger(value) || value < 0 || value >= classes) {
        throw new ArgumentError(
          `${argument}.y`,
          `${value} at ${i}`,
          `class numbers from 0 to ${classes - 1}`,
        );
      }
    });
  } else if (loss.target === 'like prediction') {
    const like = shape.join() === outputShape.join() || (shape.length === 0 && outputShape.join() === '1');
    if (!like) {
      throw new ArgumentError(
        `${argument}.y`,
        `shape [${y.shape.join(', ')}]`,
        `[${[y.shape[0], ...outputShape].join(', ')}] as the model's output, for loss ${loss.name}`,
        loss.name === 'categoricalCrossentropy' && shape.length < outputShape.length
          ? 'For class numbers use loss "sparseCategoricalCrossentropy".'
          : '',
      );
    }
  } else if (typeof loss.compute !== 'function') {
    throw new ArgumentError('loss', shown(loss), 'a name or a function');
  }
}
