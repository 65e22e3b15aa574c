import * as W from './windows';
import { at, clear, place, share } from './memory';

/** dx of a maximum over windows: each output's gradient goes to the first greatest of its window. */
export function maxPoolGradient(shape: usize, x: usize, dy: usize, dx: usize, part: i32, parts: i32): void {
  const height = at(shape, W.HEIGHT);
  const width = at(shape, W.WIDTH);
  const channels = at(shape, W.CHANNELS);
  const outWidth = at(shape, W.OUT_WIDTH);
  const outSize = at(shape, W.OUT_HEIGHT) * outWidth;
  const image = height * width * channels;
  const first = share(at(shape, W.BATCH), part, parts, 1);
  const last = share(at(shape, W.BATCH), part + 1, parts, 1);
  clear(place(dx, first * image), (last - first) * image);
  for (let window = first * outSize; window < last * outSize; window++) {
    const within = window % outSize;
    const start = (window / outSize) * image;
    const top = (within / outWidth) * at(shape, W.STRIDE_HEIGHT) - at(shape, W.TOP);
    const left = (within % outWidth) * at(shape, W.STRIDE_WIDTH) - at(shape, W.LEFT);
    const given = place(dy, window * channels);
    let channel = 0;
    for (; channel + 4 <= channels; channel += 4) {
      let best = f32x4.splat(-Infinity);
      let where = i32x4.splat(-1);
      for (let i = 0; i < at(shape, W.FILTER_HEIGHT); i++) {
        const row = top + i * at(shape, W.DILATION_HEIGHT);
        if (row < 0 || row >= height) continue;
        for (let j = 0; j < at(shape, W.FILTER_WIDTH); j++) {
          const column = left + j * at(shape, W.DILATION_WIDTH);
          if (column < 0 || column >= width) continue;
          const index = start + (row * width + column) * channels + channel;
          const value = v128.load(place(x, index));
          const greater = f32x4.gt(value, best);
          best = v128.bitselect(value, best, greater);
          where = v128.bitselect(i32x4.splat(index), where, greater);
        }
      }
      give(dx, i32x4.extract_lane(where, 0), given, channel, 0);
      give(dx, i32x4.extract_lane(where, 1), given, channel, 1);
      give(dx, i32x4.extract_lane(where, 2), given, channel, 2);
      give(dx, i32x4.extract_lane(where, 3), given, channel, 3);
    }
    for (; channel < channels; channel++) {
      let best: f32 = -Infinity;
      let where = -1;
      for (let i = 0; i < at(shape, W.FILTER_HEIGHT); i++) {
        const row = top + i * at(shape, W.DILATION_HEIGHT);
        if (row < 0 || row >= height) continue;
        for (let j = 0; j < at(shape, W.FILTER_WIDTH); j++) {
          const column = left + j * at(shape, W.DILATION_WIDTH);
          if (column < 0 || column >= width) continue;
          const index = start + (row * width + column) * channels + channel;
          const value = load<f32>(place(x, index));
          if (value > best) {
            best = value;
            where = index;
          }
        }
      }
      give(dx, where, given, channel, 0);
    }
  }
}

/** Adds a gradient at an index, counted from `lane` on; a negative index says that nothing was greater than −∞. */
function give(dx: usize, index: i32, dy: usize, channel: i32, lane: i32): void {
  if (index < 0) return;
  const to = place(dx, index + lane);
  store<f32>(to, load<f32>(to) + load<f32>(place(dy, channel + lane)));
}
