import { ArgumentError } from '../data/argument.js';
import type { NdArray } from '../data/index.js';

/** The class of each prediction: where its largest output stands. @param predictions `[examples, classes]` */
export function predictedClasses(predictions: NdArray): number[] {
  const [count = 0, classes = 0] = predictions.shape;
  if (predictions.shape.length !== 2) {
    throw new ArgumentError('predictions', `shape [${predictions.shape.join(', ')}]`, '[examples, classes]');
  }
  return Array.from({ length: count }, (_, i) => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if ((predictions.data[i * classes + c] as number) > (predictions.data[i * classes + best] as number))
        best = c;
    }
    return best;
  });
}

/**
 * Counts how often each class was taken for each other.
 * @param actual class numbers
 * @param predicted class numbers, as many
 * @param classes number of classes
 * @returns `matrix[a][p]`: examples of class a that were taken for class p
 * @throws ArgumentError when there are not as many predictions as classes given, or a number is no class
 */
export function confusionMatrix(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  if (actual.length !== predicted.length) {
    throw new ArgumentError(
      'predicted',
      `${predicted.length} predictions`,
      `as many as actual classes (${actual.length})`,
    );
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < actual.length; i++) {
    const row = matrix[actual[i] as number];
    const p = predicted[i] as number;
    if (row?.[p] === undefined) {
      throw new ArgumentError(
        'actual, predicted',
        `${actual[i]} and ${p} at ${i}`,
        `class numbers from 0 to ${classes - 1}`,
      );
    }
    row[p]++;
  }
  return matrix;
}
