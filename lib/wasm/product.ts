import { WIDTH, fourRows, oneRow } from './kernel';
import { accumulate, at, clear, place, relu, share } from './memory';

/** So deep is a block of B that is packed at a time: 256 × 8 numbers are 8 KiB, and stay in the first cache. */
export const DEPTH: i32 = 256;

/** Lays `depth` rows of B as panels of eight columns, [panel][depth][8], zeros behind the last column. Steps in bytes. */
export function pack(b: usize, rowStep: usize, columnStep: usize, depth: i32, columns: i32, to: usize): void {
  for (let j = 0; j < columns; j += WIDTH) {
    const some = min(WIDTH, columns - j);
    let from = b + <usize>j * columnStep;
    if (some == WIDTH && columnStep == 4) {
      for (let k = 0; k < depth; k++, from += rowStep, to += 32) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
      continue;
    }
    for (let k = 0; k < depth; k++, from += rowStep, to += 32) {
      let i = 0;
      for (let at = from; i < some; i++, at += columnStep) store<f32>(to + ((<usize>i) << 2), load<f32>(at));
      for (; i < WIDTH; i++) store<f32>(to + ((<usize>i) << 2), 0);
    }
  }
}

/** C (+)= A·B with B packed: `rows` × `columns`, all steps in bytes. */
export function times(
  a: usize,
  rowStep: usize,
  depthStep: usize,
  packed: usize,
  c: usize,
  cStep: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
): void {
  const panel = (<usize>depth) << 5;
  for (let j = 0; j < columns; j += WIDTH, packed += panel, c += 32) {
    const some = min(WIDTH, columns - j);
    let from = a;
    let to = c;
    let i = 0;
    for (; i + 4 <= rows; i += 4, from += rowStep << 2, to += cStep << 2)
      fourRows(from, rowStep, depthStep, packed, depth, to, cStep, some, add);
    for (; i < rows; i++, from += rowStep, to += cStep) oneRow(from, depthStep, packed, depth, to, some, add);
  }
}

/** So many rows at a time, that what is read of A stays in the second cache. */
const ROWS: i32 = 64;

/**
 * A·B for each of a batch. Numbers in memory, one after the other: how many; steps of A, B and C from one to the next; rows,
 * columns, depth; steps of A along rows and depth; steps of B along rows and columns. Steps in numbers. Then the address of numbers to
 * add to each row, or 0, and 1 if what is negative becomes 0.
 */
export function product(
  sizes: usize,
  a: usize,
  b: usize,
  c: usize,
  room: usize,
  part: i32,
  parts: i32,
): void {
  const batch = at(sizes, 0);
  const rows = at(sizes, 4);
  const columns = at(sizes, 5);
  const depth = at(sizes, 6);
  const aRow = at(sizes, 7);
  const aDepth = at(sizes, 8);
  const bRow = at(sizes, 9);
  const bColumn = at(sizes, 10);
  // Parts share the batch, or else the rows.
  const byBatch = batch >= parts;
  const first = byBatch ? share(batch, part, parts, 1) : 0;
  const last = byBatch ? share(batch, part + 1, parts, 1) : batch;
  const top = byBatch ? 0 : share(rows, part, parts, 4);
  const bottom = byBatch ? rows : share(rows, part + 1, parts, 4);
  if (top == bottom) return;
  for (let i = first; i < last; i++) {
    const ours = place(a, i * at(sizes, 1));
    const theirs = place(b, i * at(sizes, 2));
    const out = place(c, i * at(sizes, 3));
    if (depth == 0) clear(place(out, top * columns), (bottom - top) * columns);
    for (let k = 0; k < depth; k += DEPTH) {
      const deep = min(DEPTH, depth - k);
      pack(place(theirs, k * bRow), bRow << 2, bColumn << 2, deep, columns, room);
      for (let row = top; row < bottom; row += ROWS)
        times(
          place(ours, row * aRow + k * aDepth),
          aRow << 2,
          aDepth << 2,
          room,
          place(out, row * columns),
          columns << 2,
          min(ROWS, bottom - row),
          columns,
          deep,
          k > 0,
        );
    }
    finish(place(out, top * columns), bottom - top, columns, at(sizes, 11), at(sizes, 12) == 1);
  }
}

/** Adds a bias to each row, unless its address is 0, and cuts off what is negative; not a number stays so. */
function finish(c: usize, rows: i32, columns: i32, bias: usize, cut: bool): void {
  if (bias == 0 && !cut) return;
  for (let row = 0; row < rows; row++, c = place(c, columns)) {
    if (bias != 0) accumulate(c, bias, columns);
    if (cut) relu(c, columns);
  }
}
