import { decimate, type Series } from '../../run/index.js';
import { onAxis, linearRange, logRange, rounded } from '../axis.js';
import type { Content, PanelTrace } from '../content.js';
import { label } from '../label.js';
import { cell, markOf, markTraces, type Mark } from '../marks.js';
import { sequence } from '../theme.js';
import { drawn, points, title, words, type Context, type Points } from './context.js';
import { mapPanel } from './map.js';

/** Components that are drawn as lines; more become a heatmap. */
export const MAX_LINES = 10;
/** Names listed in a mark's text. */
const NAMED = 5;

export interface VectorPanel {
  /** Vector series, one line a component. */
  series: Series | undefined;
  /** Scalar drawn with it: the norm over all components, for example. */
  total?: Series | undefined;
  heading: string;
  yTitle: string;
  totalName?: string;
  log: boolean;
}

/** A panel with one line a component, coloured in order from first to last. `undefined` when there is no row. */
export function vectorPanel(panel: VectorPanel, context: Context): Content | undefined {
  const series =
    panel.series !== undefined && panel.series.length > 0 && panel.series.size > 0 ? panel.series : undefined;
  const total = panel.total !== undefined && panel.total.length > 0 ? panel.total : undefined;
  if (series !== undefined && series.size > MAX_LINES) return mapPanel(series, panel, context);
  if (series === undefined && total === undefined) return undefined;
  const { theme } = context;
  const { log } = panel;
  const lines = series === undefined ? { parts: [], marks: [] } : components(series, context, log);
  const names = componentNames(series);
  const colors = sequence(names.length, theme);
  const traces: PanelTrace[] = lines.parts.map((part, i) => ({
    type: 'scatter',
    mode: part.x.length === 1 ? 'markers' : 'lines',
    name: label(names[i] as string, 20),
    x: part.x,
    y: part.y,
    line: { color: colors[i] as string, width: 1.5 },
    marker: { color: colors[i] as string, size: 6 },
    hovertemplate: '%{y:.3~e}',
    meta: { series: label(series?.spec.name ?? '') },
  }));
  const sum = total === undefined ? undefined : points(total, context, log);
  if (sum !== undefined && total !== undefined) {
    traces.push({
      type: 'scatter',
      mode: sum.x.length === 1 ? 'markers' : 'lines',
      name: panel.totalName ?? label(words(total.spec.name), 20),
      x: sum.x,
      y: sum.y,
      line: { color: theme.ink, width: 1.5, dash: 'dot' },
      marker: { color: theme.ink, size: 6 },
      hovertemplate: '%{y:.3~e}',
      meta: { series: label(total.spec.name) },
    });
  }
  const values = drawn([...lines.parts, ...(sum !== undefined ? [sum] : [])]);
  const range = log ? logRange(values) : linearRange(values);
  return {
    title: label(panel.heading, 40),
    wide: true,
    x: context.x,
    y: { title: label(panel.yTitle, 40), range, ...(log ? { type: 'log' as const } : {}) },
    traces: [...traces, ...markTraces([...lines.marks, ...(sum?.marks ?? [])], range, log, theme)],
  };
}

export function componentNames(series: Series | undefined): string[] {
  if (series === undefined) return [];
  const { labels, shape } = series.spec;
  const width = shape[0] ?? 0;
  if (labels !== undefined && series.size === width) return [...labels];
  return Array.from({ length: series.size }, (_, i) => `[${i}]`);
}

function components(
  series: Series,
  { axis, maxPoints }: Context,
  log: boolean,
): { parts: Points[]; marks: Mark[] } {
  const xs = series.axis(axis);
  const names = componentNames(series);
  const parts = names.map((): Points => ({ x: [], y: [], marks: [] }));
  const marks: Mark[] = [];
  for (const row of decimate(series, maxPoints)) {
    if (!onAxis(xs[row] as number)) continue;
    const x = rounded(xs[row] as number);
    const values = series.row(row);
    parts.forEach((part, i) => {
      part.x.push(x);
      part.y.push(cell(values[i] as number, log));
    });
    marks.push(...rowMarks(values, names, x, log));
  }
  return { parts, marks };
}

/** One mark for all components of a row that share an edge: layers mostly go wrong together. */
export function rowMarks(
  values: ArrayLike<number>,
  names: readonly string[],
  x: number,
  log: boolean,
): Mark[] {
  const groups = new Map<string, { mark: Pick<Mark, 'edge' | 'low'>; texts: string[] }>();
  for (let i = 0; i < names.length; i++) {
    const value = values[i] as number;
    const mark = markOf(value, log);
    if (mark === undefined) continue;
    const key = `${mark.edge} ${mark.low}`;
    const group = groups.get(key) ?? { mark, texts: [] };
    group.texts.push(`${label(names[i] as string, 20)}: ${value}`);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ mark, texts }) => ({
    x,
    ...mark,
    text:
      texts.length > NAMED
        ? `${texts.slice(0, NAMED).join(', ')} and ${texts.length - NAMED} more`
        : texts.join(', '),
  }));
}

/** The panel of a vector series that nothing is known about: a log axis where its values span decades. */
export function unknownVector(series: Series, context: Context): Content | undefined {
  let [min, max] = [Infinity, 0];
  for (const value of series.values()) {
    if (!onAxis(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const { name, unit } = series.spec;
  const yTitle = unit === '' ? words(name) : `${words(name)} (${unit})`;
  return vectorPanel({ series, heading: title(name), yTitle, log: min > 0 && max / min > 100 }, context);
}
