import type { TypedArray } from '@tensorflow/tfjs';

/**
 * Sums rows by segment: the gradient of taking rows by their number, as an embedding does.
 * @param x rows, one after the other
 * @param segments the segment of each row; a row of a segment outside of 0 … count − 1 is left out
 * @returns `[count, width]`
 */
export function segmentSum(x: TypedArray, segments: TypedArray, width: number, count: number): Float32Array {
  const sums = new Float32Array(count * width);
  segments.forEach((segment, row) => {
    if (segment < 0 || segment >= count) return;
    const [from, to] = [row * width, segment * width];
    for (let i = 0; i < width; i++) sums[to + i] = (sums[to + i] as number) + (x[from + i] as number);
  });
  return sums;
}
