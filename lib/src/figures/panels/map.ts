import type { Series } from '../../run/index.js';
import { linearRange, rounded, roundTicks, numberText } from '../axis.js';
import type { Content, PanelTrace } from '../content.js';
import { label, plain } from '../label.js';
import { markOf } from '../marks.js';
import { viridis } from '../theme.js';
import type { Cell } from '../types.js';
import type { Context } from './context.js';
import { componentNames, type VectorPanel } from './vector.js';

/** Row names that fit beside the plot. */
const MAX_NAMES = 16;

/** Many components over the run as a heatmap: one row a component, first on top; one column a step, or the mean of several. */
export function mapPanel(series: Series, panel: VectorPanel, context: Context): Content {
  const { theme } = context;
  const { log } = panel;
  const names = componentNames(series);
  const { edges, z, odd } = columns(series, names, context, log);
  const range = linearRange(
    z.flat().filter((value): value is number => value !== null),
    { margin: 0 },
  );
  const ticks = log ? wholeTicks(range) : roundTicks(range, 5);
  const every = Math.ceil(names.length / MAX_NAMES);
  const shown = names.map((_, i) => i).filter((i) => i % every === 0);
  const ticktext = shown.map((i) => label(names[i] as string, 18));
  const marks: PanelTrace[] = odd.length === 0 ? [] : [
    {
      type: 'scatter',
      mode: 'markers',
      name: 'NaN or ±∞',
      x: odd.map(({ x }) => x),
      y: odd.map(({ row }) => row),
      text: odd.map(({ text }) => text),
      hovertemplate: '%{text}<extra></extra>',
      marker: { color: theme.alarm, size: 6, symbol: 'x' },
      showlegend: false,
    },
  ]; // prettier-ignore
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
        y: Array.from({ length: names.length + 1 }, (_, i) => i - 0.5),
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
      ...marks,
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

interface Columns {
  edges: number[];
  z: Cell[][];
  odd: { x: number; row: number; text: string }[];
}

function columns(
  series: Series,
  names: readonly string[],
  { axis, maxPoints }: Context,
  log: boolean,
): Columns {
  const xs = series.axis(axis);
  const bins = Math.max(1, Math.min(series.length, maxPoints));
  const z = names.map((): Cell[] => []);
  const odd: Columns['odd'] = [];
  const edges: number[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const from = Math.floor((bin * series.length) / bins);
    const to = Math.floor(((bin + 1) * series.length) / bins);
    const x = xs[to - 1] as number;
    if (bin === 0) edges.push(rounded(x - step(xs, to - 1)));
    edges.push(rounded(x));
    const middle = ((edges[bin] as number) + x) / 2;
    names.forEach((name, i) => {
      let [sum, n] = [0, 0];
      let strange: number | undefined;
      for (let row = from; row < to; row++) {
        const value = series.values()[row * series.size + i] as number;
        if (markOf(value, log) !== undefined) strange ??= value;
        else {
          sum += log ? Math.log10(value) : value;
          n++;
        }
      }
      (z[i] as Cell[]).push(n > 0 ? rounded(sum / n) : null);
      if (strange !== undefined && !Number.isFinite(strange)) {
        odd.push({ x: rounded(middle), row: i, text: `${label(name, 20)}: ${strange}` });
      }
    });
  }
  return { edges, z, odd };
}

/** Width of the column that ends with `row`: the first has no predecessor and takes the next one's. */
function step(xs: Float64Array, row: number): number {
  const next = xs[row + 1];
  const here = xs[row] as number;
  const width =
    row > 0 ? here - (xs[0] as number) + here / (row + 1) : next !== undefined ? next - here : here;
  return width > 0 ? width : 1;
}
