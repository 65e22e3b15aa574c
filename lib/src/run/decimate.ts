import type { Series } from './series.js';

/**
 * Chooses at most `budget` rows of a series that draw the same picture: first and last, and of each stretch between them the rows
 * with the smallest and the largest value (the min-max method; of a vector, of its largest component). The first row of a stretch
 * with a value that is not finite is always among them, so that marks survive.
 * @returns row indices, ascending
 */
export function decimate(series: Series, budget: number): number[] {
  const { length, size } = series;
  if (length <= budget) return Array.from({ length }, (_, i) => i);
  if (budget < 5) return budget < 1 ? [] : budget < 2 ? [length - 1] : [0, length - 1];
  const keep = new Set<number>([0, length - 1]);
  const stretches = Math.max(1, Math.floor((budget - 2) / 3));
  const values = series.values();
  for (let s = 0; s < stretches; s++) {
    const start = 1 + Math.floor((s * (length - 2)) / stretches);
    const end = 1 + Math.floor(((s + 1) * (length - 2)) / stretches);
    let [lowest, highest, odd] = [-1, -1, -1];
    let [min, max] = [Infinity, -Infinity];
    for (let row = start; row < end; row++) {
      const height = rowHeight(values, row, size);
      if (!Number.isFinite(height)) {
        if (odd < 0) odd = row;
        continue;
      }
      if (height < min) [min, lowest] = [height, row];
      if (height >= max) [max, highest] = [height, row];
    }
    for (const row of [lowest, highest, odd]) if (row >= 0) keep.add(row);
  }
  return [...keep].sort((a, b) => a - b);
}

/** What a row looks like in the chart: its value, or the largest of several; NaN when any is not finite. */
function rowHeight(values: ArrayLike<number>, row: number, size: number): number {
  if (size === 0) return 0;
  let height = -Infinity;
  for (let i = row * size; i < (row + 1) * size; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) return NaN;
    if (value > height) height = value;
  }
  return height;
}
