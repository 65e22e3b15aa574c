/**
 * The inner loops of a product of matrices: rows of A against eight columns of B at a time, which lie packed as
 * [depth][8]. An element of A stands at `a + row · rowStep + k · depthStep` (steps in bytes).
 */

/** Eight columns. */
export const WIDTH: i32 = 8;

/** Four rows: C (+)= A·B, on whole rows of eight or on the first `columns`. */
export function fourRows(
  a: usize,
  rowStep: usize,
  depthStep: usize,
  b: usize,
  depth: i32,
  c: usize,
  cStep: usize,
  columns: i32,
  add: bool,
): void {
  let a0 = a;
  let a1 = a0 + rowStep;
  let a2 = a1 + rowStep;
  let a3 = a2 + rowStep;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  for (let end = b + ((<usize>depth) << 5); b != end; b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    s00 = f32x4.add(s00, f32x4.mul(x0, b0));
    s01 = f32x4.add(s01, f32x4.mul(x0, b1));
    const x1 = v128.load32_splat(a1);
    s10 = f32x4.add(s10, f32x4.mul(x1, b0));
    s11 = f32x4.add(s11, f32x4.mul(x1, b1));
    const x2 = v128.load32_splat(a2);
    s20 = f32x4.add(s20, f32x4.mul(x2, b0));
    s21 = f32x4.add(s21, f32x4.mul(x2, b1));
    const x3 = v128.load32_splat(a3);
    s30 = f32x4.add(s30, f32x4.mul(x3, b0));
    s31 = f32x4.add(s31, f32x4.mul(x3, b1));
    a0 += depthStep;
    a1 += depthStep;
    a2 += depthStep;
    a3 += depthStep;
  }
  put(c, s00, s01, columns, add);
  c += cStep;
  put(c, s10, s11, columns, add);
  c += cStep;
  put(c, s20, s21, columns, add);
  c += cStep;
  put(c, s30, s31, columns, add);
}

/** One row. */
export function oneRow(
  a: usize,
  depthStep: usize,
  b: usize,
  depth: i32,
  c: usize,
  columns: i32,
  add: bool,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  for (let end = b + ((<usize>depth) << 5); b != end; b += 32) {
    const x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(b, 16)));
    a += depthStep;
  }
  put(c, s0, s1, columns, add);
}

/** Writes eight sums, or the first `columns` of them, over what is there or added to it. */
function put(c: usize, low: v128, high: v128, columns: i32, add: bool): void {
  if (columns >= WIDTH) {
    if (add) {
      low = f32x4.add(low, v128.load(c));
      high = f32x4.add(high, v128.load(c, 16));
    }
    v128.store(c, low);
    v128.store(c, high, 16);
    return;
  }
  for (let j = 0; j < columns; j++) {
    const at = c + ((<usize>j) << 2);
    const value = f32x4.extract_lane(low, 0);
    store<f32>(at, add ? value + load<f32>(at) : value);
    // The next one moves to the front.
    low = v128.shuffle<f32>(low, high, 1, 2, 3, 4);
    high = v128.shuffle<f32>(high, high, 1, 2, 3, 0);
  }
}
