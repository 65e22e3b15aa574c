import type * as tf from '@tensorflow/tfjs';

import type { Dataset } from './dataset.js';
import { gatherRows } from './ndarray.js';

/** One batch as tensors; whoever takes it disposes both. */
export interface Batch {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  /** Examples in it; the last batch of an epoch may be smaller. */
  readonly size: number;
}

/** Number of batches an epoch has. */
export function batchCount(size: number, batchSize: number): number {
  return Math.ceil(size / batchSize);
}

/**
 * The batches of one pass over a data set. Tensors are made when a batch is asked for, one batch at a time.
 * @param order the order of examples (default: as they stand)
 */
export function* batches(
  data: Dataset,
  batchSize: number,
  order?: Uint32Array,
): Generator<Batch, void, undefined> {
  for (let start = 0; start < data.size; start += batchSize) {
    const end = Math.min(start + batchSize, data.size);
    const rows =
      order?.subarray(start, end) ?? Uint32Array.from({ length: end - start }, (_, i) => start + i);
    yield { x: gatherRows(data.x, rows), y: gatherRows(data.y, rows), size: end - start };
  }
}
