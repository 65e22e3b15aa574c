import * as W from './windows';
import { accumulateProduct, at, clear, place, share } from './memory';

/**
 * Gradients of a depthwise convolution. A filter is [row, column, channel, multiplier], and channel c of the input gives the
 * outputs c · multiplier … ; `toFilter`: `out` is the filter's gradient and `other` the input, else the reverse.
 */
function gradient(
  shape: usize,
  other: usize,
  dy: usize,
  out: usize,
  toFilter: bool,
  part: i32,
  parts: i32,
): void {
  const height = at(shape, W.HEIGHT);
  const width = at(shape, W.WIDTH);
  const channels = at(shape, W.CHANNELS);
  const outWidth = at(shape, W.OUT_WIDTH);
  const outSize = at(shape, W.OUT_HEIGHT) * outWidth;
  const outputs = at(shape, W.OUT_CHANNELS);
  const batch = at(shape, W.BATCH);
  const filterWidth = at(shape, W.FILTER_WIDTH);
  const cells = at(shape, W.FILTER_HEIGHT) * filterWidth;
  const image = height * width * channels;
  // Parts share the filter's places, or the images, so that no two write to the same number.
  const firstCell = toFilter ? share(cells, part, parts, 1) : 0;
  const lastCell = toFilter ? share(cells, part + 1, parts, 1) : cells;
  const first = toFilter ? 0 : share(batch, part, parts, 1);
  const last = toFilter ? batch : share(batch, part + 1, parts, 1);
  if (toFilter) clear(place(out, firstCell * outputs), (lastCell - firstCell) * outputs);
  else clear(place(out, first * image), (last - first) * image);
  for (let window = first * outSize; window < last * outSize; window++) {
    const within = window % outSize;
    const top = (within / outWidth) * at(shape, W.STRIDE_HEIGHT) - at(shape, W.TOP);
    const left = (within % outWidth) * at(shape, W.STRIDE_WIDTH) - at(shape, W.LEFT);
    const start = (window / outSize) * image;
    const given = place(dy, window * outputs);
    for (let cell = firstCell; cell < lastCell; cell++) {
      const row = top + (cell / filterWidth) * at(shape, W.DILATION_HEIGHT);
      const column = left + (cell % filterWidth) * at(shape, W.DILATION_WIDTH);
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const pixel = start + (row * width + column) * channels;
      if (toFilter) filterCell(place(out, cell * outputs), place(other, pixel), given, channels, outputs);
      else inputPixel(place(out, pixel), place(other, cell * outputs), given, channels, outputs);
    }
  }
}

function filterCell(out: usize, x: usize, dy: usize, channels: i32, outputs: i32): void {
  if (channels == outputs) return accumulateProduct(out, x, dy, channels);
  const multiplier = outputs / channels;
  for (let i = 0; i < outputs; i++)
    store<f32>(
      place(out, i),
      load<f32>(place(out, i)) + load<f32>(place(x, i / multiplier)) * load<f32>(place(dy, i)),
    );
}

function inputPixel(out: usize, filter: usize, dy: usize, channels: i32, outputs: i32): void {
  if (channels == outputs) return accumulateProduct(out, filter, dy, channels);
  const multiplier = outputs / channels;
  for (let i = 0; i < outputs; i++) {
    const to = place(out, i / multiplier);
    store<f32>(to, load<f32>(to) + load<f32>(place(filter, i)) * load<f32>(place(dy, i)));
  }
}

export function depthwiseFilterGradient(
  shape: usize,
  x: usize,
  dy: usize,
  out: usize,
  part: i32,
  parts: i32,
): void {
  gradient(shape, x, dy, out, true, part, parts);
}

export function depthwiseInputGradient(
  shape: usize,
  dy: usize,
  filter: usize,
  dx: usize,
  part: i32,
  parts: i32,
): void {
  gradient(shape, filter, dy, dx, false, part, parts);
}
