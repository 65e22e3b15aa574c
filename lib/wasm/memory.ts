/** Arrays of 32-bit numbers in memory. Addresses are unsigned; indices are signed. */

/** Whole number `index` of an array. */
export function at(shape: usize, index: i32): i32 {
  return load<i32>(shape + ((<usize>index) << 2));
}

/** Where number `index` of an array stands. */
export function place(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

/** The first of `count` that part `part` of `parts` works on, in whole steps. */
export function share(count: i32, part: i32, parts: i32, step: i32): i32 {
  const steps = (count + step - 1) / step;
  return min(count, ((steps * part) / parts) * step);
}

export function copy(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(place(to, i), v128.load(place(from, i)));
  for (; i < count; i++) store<f32>(place(to, i), load<f32>(place(from, i)));
}

export function clear(to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(place(to, i), i32x4.splat(0));
  for (; i < count; i++) store<f32>(place(to, i), 0);
}

export function accumulate(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4)
    v128.store(place(to, i), f32x4.add(v128.load(place(to, i)), v128.load(place(from, i))));
  for (; i < count; i++) store<f32>(place(to, i), load<f32>(place(to, i)) + load<f32>(place(from, i)));
}

/** sum += a · b, number by number. */
export function accumulateProduct(sum: usize, a: usize, b: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const next = f32x4.mul(v128.load(place(a, i)), v128.load(place(b, i)));
    v128.store(place(sum, i), f32x4.add(v128.load(place(sum, i)), next));
  }
  for (; i < count; i++)
    store<f32>(place(sum, i), load<f32>(place(sum, i)) + load<f32>(place(a, i)) * load<f32>(place(b, i)));
}

export function relu(to: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(place(to, i), f32x4.max(v128.load(place(to, i)), zero));
  for (; i < count; i++) store<f32>(place(to, i), max<f32>(load<f32>(place(to, i)), 0));
}
