/** Larger numbers have no place on an axis: the span between two of them would not be finite. */
const LARGEST = 1e300;
/** Values nearer to each other than this cannot be told apart by either renderer. */
const SMALLEST_SPAN = 1e-300;

/** Ends of a log axis, in exponents of ten: its margin must not leave the numbers that a float64 holds in full precision. */
const LOG_LIMIT = 306;

/** Has the value a place on a linear axis? */
export const onAxis = (value: number): boolean => Math.abs(value) <= LARGEST;

/** Has the value a place on a log axis? */
export const onLogAxis = (value: number): boolean => value >= 1 / LARGEST && value <= LARGEST;

/** Range of a linear axis around finite values, with a margin; [0, 1] where there are none. */
export function linearRange(
  values: Iterable<number>,
  options: { margin?: number; floor?: number; ceiling?: number } = {},
): [number, number] {
  const { margin = 0.06 } = options;
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (!onAxis(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return [0, 1];
  const span = max - min;
  const pad =
    span > SMALLEST_SPAN ? span * margin : Math.abs(max) > SMALLEST_SPAN ? Math.abs(max) * 0.1 : 0.5;
  const low = min - pad;
  const high = max + pad;
  return [
    options.floor !== undefined && min >= options.floor
      ? Math.max(low, options.floor - margin * (high - options.floor))
      : low,
    options.ceiling !== undefined && max <= options.ceiling
      ? Math.min(high, options.ceiling + margin * (options.ceiling - low))
      : high,
  ];
}

/** Range of a log axis in exponents of ten around positive finite values; [-3, 0] where there are none. At least half a decade. */
export function logRange(values: Iterable<number>): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (!onLogAxis(value)) continue;
    const exponent = Math.log10(value);
    if (exponent < min) min = exponent;
    if (exponent > max) max = exponent;
  }
  if (min > max) return [-3, 0];
  const pad = Math.max((max - min) * 0.06, (0.5 - (max - min)) / 2, 0.05);
  return [Math.max(min - pad, -LOG_LIMIT), Math.min(max + pad, LOG_LIMIT)];
}

/** Range of the x axis: from the first value (or `origin`) to the last, never empty. */
export function spanRange(values: Iterable<number>, origin?: number): [number, number] {
  let [min, max] = [origin ?? Infinity, origin ?? -Infinity];
  for (const value of values) {
    if (!onAxis(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return [0, 1];
  if (max - min <= SMALLEST_SPAN) return [min, min + Math.max(1, Math.abs(min) * 0.01)];
  return [min, max + (max - min) * 0.015];
}

/** Round numbers within a range, `count` steps of them at most. */
export function roundTicks([from, to]: readonly [number, number], count: number): number[] {
  const [low, high] = from < to ? [from, to] : [to, from];
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = ([1, 2, 5].find((n) => n * power >= rough * 0.999) ?? 10) * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Five significant digits: what a picture can show, at a third of the bytes. */
export function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

/** A number as people write it, four digits at most. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return value === Infinity ? '∞' : value === -Infinity ? '−∞' : 'NaN';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-4))
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  return String(Number(value.toPrecision(4)));
}
