import * as tf from '@tensorflow/tfjs';

import { ArgumentError, shown } from './argument.js';

export type NdData = Float32Array | Int32Array | Uint8Array;

/** Numbers with a shape, outside of TensorFlow: nothing to dispose. Row-major, as tensors are. */
export interface NdArray {
  readonly data: NdData;
  /** The first dimension counts examples. */
  readonly shape: readonly number[];
}

/** What a trainer takes as one input or target: an {@link NdArray}, a tensor (which stays the caller's), or nested arrays of numbers. */
export type ArrayInput = NdArray | tf.Tensor | readonly number[] | readonly unknown[];

export function isNdArray(value: unknown): value is NdArray {
  const { data, shape } = (value ?? {}) as Partial<NdArray>;
  return (
    (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) &&
    Array.isArray(shape)
  );
}

/**
 * Brings an input to one form. Tensors are read once, here; nothing of theirs is kept.
 * @param argument name for error messages
 * @throws ArgumentError when it is not an array of numbers, or ragged, or its shape does not fit its data
 */
export async function toNdArray(argument: string, value: unknown): Promise<NdArray> {
  if (isNdArray(value)) {
    const size = value.shape.reduce((product, n) => product * n, 1);
    if (size !== value.data.length) {
      throw new ArgumentError(
        argument,
        `${value.data.length} numbers`,
        `${size} for shape [${value.shape.join(', ')}]`,
      );
    }
    return value;
  }
  if (value instanceof tf.Tensor) return readTensor(argument, value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return fromNested(argument, value);
  throw new ArgumentError(argument, shown(value), 'a tensor, an array of numbers, or { data, shape }');
}

async function readTensor(argument: string, tensor: tf.Tensor): Promise<NdArray> {
  if (tensor.isDisposed) throw new ArgumentError(argument, 'a disposed tensor', 'a live one');
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64') {
    throw new ArgumentError(argument, `a tensor of dtype ${tensor.dtype}`, 'dtype float32, int32 or bool');
  }
  return { data: (await tensor.data()) as NdData, shape: tensor.shape.slice() };
}

/** Nested arrays as float32. TensorFlow.js would take ragged ones without a word, so they are walked here. */
function fromNested(argument: string, value: unknown): NdArray {
  const shape: number[] = [];
  for (let inner = value; isList(inner); inner = inner[0]) shape.push(inner.length);
  const numbers: number[] = [];
  const visit = (entry: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof entry !== 'number' && typeof entry !== 'boolean') {
        throw new ArgumentError(argument, `${shown(entry)} among the numbers`, 'numbers, nested evenly');
      }
      numbers.push(Number(entry));
      return;
    }
    if (!isList(entry) || entry.length !== shape[depth]) {
      const got = isList(entry) ? `a row of ${entry.length}` : shown(entry);
      throw new ArgumentError(argument, `${got} where others have ${shape[depth]}`, 'rows of one length');
    }
    for (let i = 0; i < entry.length; i++) visit(entry[i], depth + 1);
  };
  visit(value, 0);
  return { data: Float32Array.from(numbers), shape };
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

/** Rows `rows` of an array as a tensor of shape `[rows.length, …]`: float32, or int32 for Int32Array. The caller disposes it. */
export function gatherRows(array: NdArray, rows: ArrayLike<number>): tf.Tensor {
  const [, ...rest] = array.shape;
  const size = rest.reduce((product, n) => product * n, 1);
  const integer = array.data instanceof Int32Array;
  const out = integer ? new Int32Array(rows.length * size) : new Float32Array(rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * size;
    out.set(array.data.subarray(start, start + size), i * size);
  }
  return tf.tensor(out, [rows.length, ...rest], integer ? 'int32' : 'float32');
}

/** The first `count` examples of an array, from `start`: a view on the same memory. */
export function sliceRows(array: NdArray, start: number, count: number): NdArray {
  const [, ...rest] = array.shape;
  const size = rest.reduce((product, n) => product * n, 1);
  return { data: array.data.subarray(start * size, (start + count) * size), shape: [count, ...rest] };
}
