import { rounded } from './axis.js';
import type { Cell, Figure, HeatmapTrace, ScatterTrace, Trace } from './types.js';

/**
 * Chooses at most `budget` points of a line that draw the same picture: the ends, and of each stretch between them the lowest and the
 * highest, and one gap where there are any.
 * @returns indices, ascending
 */
export function thinPoints(y: readonly Cell[], budget: number): number[] {
  const n = y.length;
  if (n <= budget) return Array.from({ length: n }, (_, i) => i);
  if (budget < 5) return n === 0 ? [] : [...new Set([0, n - 1])].slice(0, Math.max(1, budget));
  const keep = new Set([0, n - 1]);
  const stretches = Math.floor((budget - 2) / (y.includes(null) ? 3 : 2));
  for (let s = 0; s < stretches; s++) {
    const from = 1 + Math.floor((s * (n - 2)) / stretches);
    const to = 1 + Math.floor(((s + 1) * (n - 2)) / stretches);
    let [low, high, gap] = [-1, -1, -1];
    for (let i = from; i < to; i++) {
      const value = y[i] as Cell;
      if (value === null) {
        if (gap < 0) gap = i;
        continue;
      }
      if (low < 0 || value < (y[low] as number)) low = i;
      if (high < 0 || value >= (y[high] as number)) high = i;
    }
    for (const i of [low, high, gap]) if (i >= 0) keep.add(i);
  }
  return [...keep].sort((a, b) => a - b);
}

/** One gap is as good as many in a row. */
function closeGaps(trace: Trace): Trace {
  if (trace.type !== 'scatter' || !trace.y.includes(null)) return trace;
  return pick(
    trace,
    trace.y.flatMap((value, i) => (value === null && (i === 0 || trace.y[i - 1] === null) ? [] : [i])),
  );
}

function pick(trace: ScatterTrace, rows: readonly number[]): ScatterTrace {
  const of = <T>(values: readonly T[]): T[] => rows.map((i) => values[i] as T);
  return {
    ...trace,
    x: of(trace.x),
    y: of(trace.y),
    ...(trace.text !== undefined ? { text: of(trace.text) } : {}),
  };
}

function thinScatter(trace: ScatterTrace, budget: number): ScatterTrace {
  if (trace.x.length <= budget) return trace;
  const rows = trace.mode === 'markers' ? evenly(trace.x.length, budget) : thinPoints(trace.y, budget);
  return pick(trace, rows);
}

const evenly = (n: number, budget: number): number[] =>
  Array.from({ length: budget }, (_, i) => Math.round((i * (n - 1)) / (budget - 1)));

/** Groups of neighbours, at most `most`, as [from, to) pairs. */
function groups(n: number, most: number): [number, number][] {
  const count = Math.min(n, most);
  return Array.from({ length: count }, (_, i) => [
    Math.floor((i * n) / count),
    Math.floor(((i + 1) * n) / count),
  ]);
}

/** Replaces blocks of cells by their mean, so that at most `cells` are left. Rows are kept whole as long as there are at least as many columns. */
function thinHeatmap(trace: HeatmapTrace, cells: number): HeatmapTrace {
  const rows = trace.z.length;
  const columns = trace.z[0]?.length ?? 0;
  if (rows * columns <= cells) return trace;
  const across = groups(
    columns,
    Math.max(1, Math.floor(cells / Math.min(rows, Math.floor(Math.sqrt(cells))))),
  );
  const down = groups(rows, Math.max(1, Math.floor(cells / across.length)));
  const z = down.map(([top, bottom]) =>
    across.map(([left, right]) => mean(trace.z, top, bottom, left, right)),
  );
  const edges = (all: readonly number[], pairs: readonly [number, number][]): number[] => [
    all[0] as number,
    ...pairs.map(([, to]) => all[to] as number),
  ];
  const { text: _text, customdata: _customdata, texttemplate: _template, ...rest } = trace;
  return { ...rest, z, x: edges(trace.x, across), y: edges(trace.y, down) };
}

function mean(z: readonly Cell[][], top: number, bottom: number, left: number, right: number): Cell {
  let [sum, n] = [0, 0];
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) {
      const value = z[i]?.[j] ?? null;
      if (value === null) continue;
      sum += value;
      n++;
    }
  }
  return n > 0 ? rounded(sum / n) : null;
}

const size = (trace: Trace): number =>
  trace.type === 'heatmap' ? trace.z.length * (trace.z[0]?.length ?? 0) : trace.x.length;
/** A heatmap is worth as many shares of the points as this many lines. */
const SHARES = 10;
const shares = (trace: Trace): number =>
  trace.type !== 'heatmap' ? 1 : trace.showscale ? SHARES : SHARES / 3;

/** A figure with at most about `total` points and cells in all; long traces share what short ones leave. */
export function thinFigure(figure: Figure, total: number): Figure {
  if (figure.data.reduce((sum, trace) => sum + size(trace), 0) <= total) return figure;
  const closed = figure.data.map(closeGaps);
  const bySize = closed

    .map((trace) => ({ size: size(trace), shares: shares(trace) }))
    .sort((a, b) => a.size / a.shares - b.size / b.shares);
  let left = total;
  let claims = bySize.reduce((sum, trace) => sum + trace.shares, 0);
  let share = 0;
  for (const trace of bySize) {
    share = Math.max(share, left / claims);
    left -= Math.min(trace.size, share * trace.shares);
    claims -= trace.shares;
  }
  const data = closed.map((trace) => {
    const budget = Math.max(2, Math.floor(share * shares(trace)));
    if (trace.type === 'scatter') return thinScatter(trace, budget);
    return trace.type === 'heatmap' ? thinHeatmap(trace, budget) : trace;
  });
  return { ...figure, data };
}

/**
 * The most detailed form of a figure whose encoding fits, or the barest one where none does.
 * @param encode the figure as text
 * @param cost about how many bytes a point takes, and all that is not points
 */
export function fit(
  figure: Figure,
  encode: (figure: Figure) => string,
  maxBytes: number,
  cost: { point: number; rest: number },
): { figure: Figure; text: string } {
  const room = Math.max(1, maxBytes - cost.rest);
  const points = figure.data.reduce((sum, trace) => sum + size(trace), 0);
  let total = Math.min(points, Math.floor(room / cost.point));
  for (;;) {
    const thinned = thinFigure(figure, total);
    const text = encode(thinned);
    const bytes = byteLength(text);
    if (bytes <= maxBytes || total < 8) return { figure: thinned, text };
    const share = room / Math.max(1, bytes - cost.rest);
    total = Math.floor(total * Math.min(0.9, Math.max(0.3, share * 0.97)));
  }
}

/** Length of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit < 0xe000 ? 2 : 3;
  }
  return bytes;
}
