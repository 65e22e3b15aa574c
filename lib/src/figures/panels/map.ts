import type { Series } from '../../run/index.js';
import { onAxis, linearRange, rounded, roundTicks, numberText } from '../axis.js';
import type { Content, PanelTrace } from '../content.js';
import { label, plain } from '../label.js';
import { markOf, markTraces, type Mark } from '../marks.js';
import { viridis } from '../theme.js';
import type { Cell } from '../types.js';
import type { Context } from './context.js';
import { componentNames, rowMarks, type VectorPanel } from './vector.js';

/** Row names that fit beside the plot. */
const MAX_NAMES = 16;

/** Many components over the run as a heatmap: one row a component, first on top; one column a step, or the mean of several. */
export function mapPanel(series: Series, panel: VectorPanel, context: Context): Content {
  const { theme } = context;
  const { log } = panel;
  const names = componentNames(series);
  const { edges, z, odd, marks } = columns(series, names, context, log);
  const range = linearRange(
    z.flat().filter((value): value is number => value !== null),
    { margin: 0 },
  );
  const ticks = log ? wholeTicks(range) : roundTicks(range, 5);
  const every = Math.ceil(names.length / MAX_NAMES);
  const shown = names.map((_, i) => i).filter((i) => i % every === 0);
  const ticktext = shown.map((i) => label(names[i] as string, 18));
  const y = Array.from({ length: names.length + 1 }, (_, i) => i - 0.5);
  return {
    title: label(panel.heading, 40),
    wide: true,
    gutter: 24 + Math.max(34, ...ticktext.map((text) => plain(text).length * 6)),
    height: Math.min(320, Math.max(170, names.length * 11)),
    x: { ...context.x, grid: false },
    y: { title: '', range: [names.length - 0.5, -0.5], tickvals: shown, ticktext, grid: false },
    traces: [
      {
        type: 'heatmap',
        name: label(series.spec.name),
        meta: { series: label(series.spec.name) },
        x: edges,
        y,
        z,
        zmin: range[0],
        zmax: range[1],
        colorscale: viridis(),
        showscale: true,
        showlegend: false,
        colorbar: {
          title: label(panel.yTitle, 40),
          tickvals: ticks,
          ticktext: ticks.map((tick) => (log ? numberText(10 ** tick) : numberText(tick))),
        },
        hovertemplate: log ? 'log10: %{z:.2f}<extra></extra>' : '%{z:.4~g}<extra></extra>',
      },
      ...(odd.some((row) => row.some((value) => value !== null)) ? [oddCells(edges, y, odd, theme)] : []),
      ...markTraces(marks, [names.length - 0.5, -0.5], false, theme).map((trace) => ({
        ...trace,
        showlegend: false,
      })),
    ],
  };
}

/** Exponents within a range, at most six. */
function wholeTicks([low, high]: [number, number]): number[] {
  const from = Math.ceil(low);
  const count = Math.floor(high) - from + 1;
  if (count < 2) return roundTicks([low, high], 4);
  const every = Math.ceil(count / 6);
  return Array.from({ length: Math.ceil(count / every) }, (_, i) => from + i * every);
}

/** Cells without a colour of their own: what is not finite in the alarm colour, zeros on a log scale grey. The marks say which. */
function oddCells(x: number[], y: number[], z: Cell[][], theme: Context['theme']): PanelTrace {
  return {
    type: 'heatmap',
    name: 'NaN, ±∞',
    x,
    y,
    z,
    zmin: 0,
    zmax: 1,
    colorscale: [
      [0, theme.axis],
      [1, theme.alarm],
    ],
    showscale: false,
    showlegend: false,
    hoverinfo: 'skip',
  };
}

interface Columns {
  edges: number[];
  z: Cell[][];
  /** 1 where a value was not finite, 0 where only zeros were found. */
  odd: Cell[][];
  marks: Mark[];
}

function columns(series: Series, names: readonly string[], context: Context, log: boolean): Columns {
  const xs = series.axis(context.axis);
  const rows = Array.from(xs.keys()).filter((row) => onAxis(xs[row] as number));
  const bins = Math.min(rows.length, context.maxPoints);
  const ends = Array.from({ length: bins }, (_, bin) => Math.floor(((bin + 1) * rows.length) / bins));
  const edges = edgesOf(ends.map((end) => rounded(xs[rows[end - 1] as number] as number)));
  const out: Columns = { edges, z: names.map(() => []), odd: names.map(() => []), marks: [] };
  ends.forEach((end, bin) => {
    const inBin = rows.slice(ends[bin - 1] ?? 0, end);
    const strange = names.map((_, i) => addCell(series, i, inBin, log, out));
    const middle = rounded(((edges[bin] as number) + (edges[bin + 1] as number)) / 2);
    out.marks.push(...rowMarks(strange, names, middle, log));
  });
  return out;
}

/** Columns end where their last row was measured; the first is as wide as the second. */
function edgesOf(ends: readonly number[]): number[] {
  const [first, second] = ends;
  if (first === undefined) return [];
  const width = second !== undefined ? second - first : first;
  return [rounded(first - (width > 0 ? width : 1)), ...ends];
}

/** Adds the mean of component `i` over rows; returns the first value that has no place on the scale, or 1 when there is none. */
function addCell(
  series: Series,
  i: number,
  rows: readonly number[],
  log: boolean,
  { z, odd }: Columns,
): number {
  const values = series.values();
  let [sum, n] = [0, 0];
  let strange: number | undefined;
  for (const row of rows) {
    const value = values[row * series.size + i] as number;
    if (markOf(value, log) === undefined) {
      sum += log ? Math.log10(value) : value;
      n++;
    } else if (strange === undefined || onAxis(strange)) strange = value;
  }
  const bad = strange !== undefined && !onAxis(strange);
  (z[i] as Cell[]).push(n > 0 && !bad ? rounded(sum / n) : null);
  (odd[i] as Cell[]).push(bad ? 1 : n === 0 ? 0 : null);
  return strange ?? 1;
}
