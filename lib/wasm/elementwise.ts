import { accumulate, at, clear, place, share } from './memory';

/** So many rows are summed before the sum is added to the others: a long sum of small numbers keeps its digits. */
const BLOCK: i32 = 256;

/** Sums of the columns of [rows, columns]; each part has columns of its own. Numbers in memory: rows, columns. */
export function columnSums(sizes: usize, x: usize, out: usize, room: usize, part: i32, parts: i32): void {
  const rows = at(sizes, 0);
  const columns = at(sizes, 1);
  const from = share(columns, part, parts, 4);
  const own = share(columns, part + 1, parts, 4) - from;
  clear(place(out, from), own);
  for (let row = 0; row < rows; row += BLOCK) {
    clear(room, own);
    const end = min(rows, row + BLOCK);
    for (let i = row; i < end; i++) accumulate(room, place(x, i * columns + from), own);
    accumulate(place(out, from), room, own);
  }
}

/** dx of a rectifier: the gradient where x is above zero. Numbers in memory: how many. */
export function reluGradient(sizes: usize, dy: usize, x: usize, dx: usize, part: i32, parts: i32): void {
  const count = at(sizes, 0);
  const zero = f32x4.splat(0);
  const end = share(count, part + 1, parts, 4);
  let i = share(count, part, parts, 4);
  for (; i + 4 <= end; i += 4) {
    const above = f32x4.gt(v128.load(place(x, i)), zero);
    v128.store(place(dx, i), v128.and(v128.load(place(dy, i)), above));
  }
  for (; i < end; i++) store<f32>(place(dx, i), load<f32>(place(x, i)) > 0 ? load<f32>(place(dy, i)) : 0);
}
