import { ArgumentError } from './argument.js';

/** The numbers of an IDX file (the format of MNIST) with their shape. */
export interface Idx {
  readonly data: Uint8Array;
  readonly shape: readonly number[];
}

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, a type byte (8), the number of dimensions, each dimension as a big-endian
 * 32-bit number, then the data.
 * @throws ArgumentError when `bytes` are not such a file or are cut short
 */
export function parseIdx(bytes: Uint8Array, name = 'file'): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || bytes[2] !== 8) {
    throw new ArgumentError(name, 'another format', 'an IDX file of unsigned bytes');
  }
  const dimensions = bytes[3] as number;
  const start = 4 + 4 * dimensions;
  const shape =
    bytes.length < start ? [] : Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, n) => product * n, 1);
  if (shape.length === 0 || bytes.length !== start + size) {
    throw new ArgumentError(
      name,
      `${bytes.length} bytes`,
      `${start + size} for shape [${shape.join(', ')}]`,
      'The file is cut short.',
    );
  }
  return { data: bytes.subarray(start), shape };
}
