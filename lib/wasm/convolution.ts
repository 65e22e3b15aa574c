import { DEPTH, pack, times } from './product';
import * as W from './windows';
import { at, clear, place, share } from './memory';
import { gather, scatter } from './windows';

/** So many numbers are laid out at a time: 128 KiB, which stay in the second cache. */
const LAID_OUT: i32 = 32768;

/** How many windows of `size` numbers are laid out at a time. */
function windowsAtOnce(size: i32): i32 {
  return max(4, min(DEPTH, (LAID_OUT / size) & ~3));
}

/** How many numbers of room each part of `forward` and its gradients needs. */
export function convolutionRoom(shape: usize): i32 {
  const size = at(shape, W.FILTER_HEIGHT) * at(shape, W.FILTER_WIDTH) * at(shape, W.CHANNELS);
  const filters = at(shape, W.OUT_CHANNELS);
  // The packed filter, as it is or transposed, or the packed gradients of some windows; and windows.
  const packed = max(size * ((filters + 7) & ~7), filters * ((size + 7) & ~7));
  return max(packed, DEPTH * ((filters + 7) & ~7)) + windowsAtOnce(size) * size;
}

/** y = x * filter: windows against the filter, [windows, size] × [size, filters]. */
export function forward(
  shape: usize,
  x: usize,
  filter: usize,
  y: usize,
  room: usize,
  part: i32,
  parts: i32,
): void {
  const size = at(shape, W.FILTER_HEIGHT) * at(shape, W.FILTER_WIDTH) * at(shape, W.CHANNELS);
  const filters = at(shape, W.OUT_CHANNELS);
  const windows = at(shape, W.BATCH) * at(shape, W.OUT_HEIGHT) * at(shape, W.OUT_WIDTH);
  const wide = (filters + 7) & ~7;
  for (let k = 0; k < size; k += DEPTH)
    pack(place(filter, k * filters), filters << 2, 4, min(DEPTH, size - k), filters, place(room, k * wide));
  const rows = place(room, size * wide);
  const atOnce = windowsAtOnce(size);
  const end = share(windows, part + 1, parts, 4);
  for (let i = share(windows, part, parts, 4); i < end; i += atOnce) {
    const some = min(atOnce, end - i);
    gather(shape, x, i, some, 0, size, rows);
    for (let k = 0; k < size; k += DEPTH)
      times(
        place(rows, k),
        size << 2,
        4,
        place(room, k * wide),
        place(y, i * filters),
        filters << 2,
        some,
        filters,
        min(DEPTH, size - k),
        k > 0,
      );
  }
}

/** dFilter: windows, transposed, against the gradients of the outputs; each part has places of the filter of its own. */
export function filterGradient(
  shape: usize,
  x: usize,
  dy: usize,
  out: usize,
  room: usize,
  part: i32,
  parts: i32,
): void {
  const size = at(shape, W.FILTER_HEIGHT) * at(shape, W.FILTER_WIDTH) * at(shape, W.CHANNELS);
  const filters = at(shape, W.OUT_CHANNELS);
  const windows = at(shape, W.BATCH) * at(shape, W.OUT_HEIGHT) * at(shape, W.OUT_WIDTH);
  const from = share(size, part, parts, 4);
  const own = share(size, part + 1, parts, 4) - from;
  if (own == 0) return;
  if (windows == 0) clear(place(out, from * filters), own * filters);
  const atOnce = windowsAtOnce(size);
  const rows = place(room, DEPTH * ((filters + 7) & ~7));
  for (let i = 0; i < windows; i += atOnce) {
    const some = min(atOnce, windows - i);
    gather(shape, x, i, some, from, own, rows);
    pack(place(dy, i * filters), filters << 2, 4, some, filters, room);
    times(rows, 4, own << 2, room, place(out, from * filters), filters << 2, own, filters, some, i > 0);
  }
}

/** dx: gradients of the outputs against the filter, transposed; each window's row is added to where the window lay. */
export function inputGradient(
  shape: usize,
  dy: usize,
  filter: usize,
  dx: usize,
  room: usize,
  part: i32,
  parts: i32,
): void {
  const size = at(shape, W.FILTER_HEIGHT) * at(shape, W.FILTER_WIDTH) * at(shape, W.CHANNELS);
  const filters = at(shape, W.OUT_CHANNELS);
  const outSize = at(shape, W.OUT_HEIGHT) * at(shape, W.OUT_WIDTH);
  const image = at(shape, W.HEIGHT) * at(shape, W.WIDTH) * at(shape, W.CHANNELS);
  const wide = (size + 7) & ~7;
  for (let k = 0; k < filters; k += DEPTH)
    pack(place(filter, k), 4, filters << 2, min(DEPTH, filters - k), size, place(room, k * wide));
  const rows = place(room, filters * wide);
  const atOnce = windowsAtOnce(size);
  const first = share(at(shape, W.BATCH), part, parts, 1);
  const last = share(at(shape, W.BATCH), part + 1, parts, 1);
  clear(place(dx, first * image), (last - first) * image);
  const end = last * outSize;
  for (let i = first * outSize; i < end; i += atOnce) {
    const some = min(atOnce, end - i);
    for (let k = 0; k < filters; k += DEPTH)
      times(
        place(dy, i * filters + k),
        filters << 2,
        4,
        place(room, k * wide),
        rows,
        size << 2,
        some,
        size,
        min(DEPTH, filters - k),
        k > 0,
      );
    scatter(shape, rows, i, some, dx);
  }
}
