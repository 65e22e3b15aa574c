import type { Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';

/** What TensorFlow.js works out of a convolution's shapes. */
export type ConvInfo = ReturnType<TensorFlow['backend_util']['computeConv2DInfo']>;

/** A place in the filter, in row order. */
export interface Offset {
  readonly row: number;
  readonly column: number;
}

export function offsets({ filterHeight, filterWidth }: ConvInfo): Offset[] {
  return Array.from({ length: filterHeight * filterWidth }, (_, i) => ({
    row: Math.floor(i / filterWidth),
    column: i % filterWidth,
  }));
}

/** The input `[batch, height, width, channels]` with the zeros around it that the convolution sees. */
export function padded(tf: TensorFlow, x: Tensor4D, info: ConvInfo): Tensor4D {
  const { top, bottom, left, right } = info.padInfo;
  // Behind what the last window needs there may be more.
  const rows = Math.max(bottom, needed(info, 'row') - x.shape[1] - top, 0);
  const columns = Math.max(right, needed(info, 'column') - x.shape[2] - left, 0);
  if (top + rows + left + columns === 0) return x;
  return tf.pad(x, [
    [0, 0],
    [top, rows],
    [left, columns],
    [0, 0],
  ]);
}

/** How far the last window reaches. */
export function needed(info: ConvInfo, axis: 'row' | 'column'): number {
  return axis === 'row'
    ? (info.outHeight - 1) * info.strideHeight + (info.filterHeight - 1) * info.dilationHeight + 1
    : (info.outWidth - 1) * info.strideWidth + (info.filterWidth - 1) * info.dilationWidth + 1;
}

/**
 * What a place of the filter meets in all windows: `[batch, outHeight, outWidth, channels]`.
 * @param x padded
 */
export function met(tf: TensorFlow, x: Tensor4D, info: ConvInfo, { row, column }: Offset): Tensor4D {
  const { outHeight, outWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const [batch, , , channels] = x.shape;
  const [top, left] = [row * dilationHeight, column * dilationWidth];
  if (strideHeight === 1 && strideWidth === 1)
    return tf.slice4d(x, [0, top, left, 0], [batch, outHeight, outWidth, channels]);
  const end = [
    batch,
    top + (outHeight - 1) * strideHeight + 1,
    left + (outWidth - 1) * strideWidth + 1,
    channels,
  ];
  return tf.stridedSlice(x, [0, top, left, 0], end, [1, strideHeight, strideWidth, 1]) as Tensor4D;
}
