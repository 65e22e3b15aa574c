import { accumulate, at, clear, copy, place } from './memory';

/**
 * The shapes of a convolution: whole numbers one after the other in memory, and `at(shape, HEIGHT)` reads one.
 * Their order is that of `geometry` in lib/src/tensor/fallback/geometry.ts.
 */
export const BATCH: i32 = 0;
export const HEIGHT: i32 = 1;
export const WIDTH: i32 = 2;
export const CHANNELS: i32 = 3;
export const OUT_HEIGHT: i32 = 4;
export const OUT_WIDTH: i32 = 5;
export const OUT_CHANNELS: i32 = 6;
export const FILTER_HEIGHT: i32 = 7;
export const FILTER_WIDTH: i32 = 8;
export const STRIDE_HEIGHT: i32 = 9;
export const STRIDE_WIDTH: i32 = 10;
export const DILATION_HEIGHT: i32 = 11;
export const DILATION_WIDTH: i32 = 12;
export const TOP: i32 = 13;
export const LEFT: i32 = 14;

/**
 * Lays out what windows see: a row for each window from number `first` on, in it `columns` numbers from `from` on, counted
 * over filter row, filter column and channel; zeros where a window reaches over the edge.
 */
export function gather(
  shape: usize,
  x: usize,
  first: i32,
  count: i32,
  from: i32,
  columns: i32,
  to: usize,
): void {
  const height = at(shape, HEIGHT);
  const width = at(shape, WIDTH);
  const channels = at(shape, CHANNELS);
  const outWidth = at(shape, OUT_WIDTH);
  const outSize = at(shape, OUT_HEIGHT) * outWidth;
  const dilation = at(shape, DILATION_WIDTH);
  // Numbers that lie side by side, in the filter as in x: a row of the filter, or a pixel where it is dilated.
  const run = dilation == 1 ? at(shape, FILTER_WIDTH) * channels : channels;
  const runs = dilation == 1 ? 1 : at(shape, FILTER_WIDTH);
  const rowSize = width * channels;
  for (let window = first; window < first + count; window++) {
    const within = window % outSize;
    const image = (window / outSize) * height;
    const top = (within / outWidth) * at(shape, STRIDE_HEIGHT) - at(shape, TOP);
    const left = (within % outWidth) * at(shape, STRIDE_WIDTH) - at(shape, LEFT);
    let index = from / run;
    let start = from % run;
    for (let rest = columns; rest > 0; index++, start = 0) {
      const some = min(run - start, rest);
      const row = top + (index / runs) * at(shape, DILATION_HEIGHT);
      const begin = (left + (index % runs) * dilation) * channels + start;
      if (row < 0 || row >= height) clear(to, some);
      else if (begin >= 0 && begin + some <= rowSize)
        copy(to, place(x, (image + row) * rowSize + begin), some);
      else {
        // Over the edge, on either side or both.
        const before = min(some, max(0, -begin));
        const inside = max(0, min(begin + some, rowSize) - (begin + before));
        clear(to, before);
        copy(place(to, before), place(x, (image + row) * rowSize + begin + before), inside);
        clear(place(to, before + inside), some - before - inside);
      }
      to = place(to, some);
      rest -= some;
    }
  }
}

/** The reverse: adds each window's row, over all of the filter, to where it came from. */
export function scatter(shape: usize, rows: usize, first: i32, count: i32, x: usize): void {
  const height = at(shape, HEIGHT);
  const width = at(shape, WIDTH);
  const channels = at(shape, CHANNELS);
  const outWidth = at(shape, OUT_WIDTH);
  const outSize = at(shape, OUT_HEIGHT) * outWidth;
  const filterHeight = at(shape, FILTER_HEIGHT);
  const filterWidth = at(shape, FILTER_WIDTH);
  for (let window = first; window < first + count; window++) {
    const within = window % outSize;
    const image = place(x, (window / outSize) * height * width * channels);
    const top = (within / outWidth) * at(shape, STRIDE_HEIGHT) - at(shape, TOP);
    const left = (within % outWidth) * at(shape, STRIDE_WIDTH) - at(shape, LEFT);
    for (let i = 0; i < filterHeight; i++) {
      const row = top + i * at(shape, DILATION_HEIGHT);
      for (let j = 0; j < filterWidth; j++, rows = place(rows, channels)) {
        const column = left + j * at(shape, DILATION_WIDTH);
        if (row >= 0 && row < height && column >= 0 && column < width)
          accumulate(place(image, (row * width + column) * channels), rows, channels);
      }
    }
  }
}
