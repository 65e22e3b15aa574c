import type { Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from './types.js';

/** The first values of a tensor, as a matrix. */
export interface Corner {
  readonly values: readonly (readonly (number | string | boolean)[])[];
  /** Indices before the last two dimensions, all 0: which matrix it is. */
  readonly leading: number;
  /** Whether there are more rows, and more columns. */
  readonly moreRows: boolean;
  readonly moreColumns: boolean;
}

/**
 * The first rows and columns of a tensor's first matrix. Only these are taken from the device, however large the
 * tensor is, and no tensor is left behind.
 * @returns undefined for a complex tensor
 */
export function corner(tf: TensorFlow, tensor: Tensor, rows: number, columns: number): Corner | undefined {
  if (tensor.dtype === 'complex64') return undefined;
  const { shape } = tensor;
  const height = shape.at(-2) ?? 1;
  const width = shape.at(-1) ?? 1;
  const h = Math.min(rows, height);
  const w = Math.min(columns, width);
  const leading = Math.max(0, shape.length - 2);
  const size = shape.map((_, i) => (i < leading ? 1 : i === shape.length - 1 ? w : h));
  const more = { leading, moreRows: height > h, moreColumns: width > w };
  if (tensor.size === 0) return { values: [], ...more };
  const part = tf.tidy(() =>
    Array.from(
      (shape.length === 0
        ? tensor
        : tensor.slice(
            shape.map(() => 0),
            size,
          )
      ).dataSync<'string'>(),
    ),
  ) as unknown as (number | string)[];
  const values = Array.from({ length: h }, (_, i) =>
    part.slice(i * w, (i + 1) * w).map((value) => (tensor.dtype === 'bool' ? Boolean(value) : value)),
  );
  return { values, ...more };
}
