import { onAxis, linearRange, logRange, rounded, spanRange } from './axis.js';
import type { PanelTrace } from './content.js';
import { label } from './label.js';
import { cell, markOf, markTraces, type Mark } from './marks.js';
import { needLength, needList, PLAIN_WIDTH, plainFigure, type PlainOptions } from './plain-figure.js';
import { themeOf } from './theme.js';
import type { Cell, Figure } from './types.js';

export interface LineFigureOptions extends PlainOptions {
  series: readonly {
    name: string;
    y: ArrayLike<number>;
    /** As many as `y` (default: 0, 1, 2 …). */
    x?: ArrayLike<number>;
  }[];
  /** Draw a marker at every point (default false; a series of one point always has one). */
  markers?: boolean;
  /** Log scale on the y axis (default false). */
  logY?: boolean;
  /** Fixed range of the y axis, in its units (default: fits the values). */
  yRange?: readonly [number, number];
}

/**
 * Lines over a common x axis. Values that are not finite are marks on the edge; on a log axis zeros are, too.
 * @throws TypeError or RangeError when `series` is not what it should be
 */
export function lineFigure(options: LineFigureOptions): Figure {
  const { series, markers = false, logY = false, dark = false, width = PLAIN_WIDTH } = options;
  needList('lineFigure', 'series', series);
  const theme = themeOf(dark);
  const lines = series.map((line) => pointsOf(line, logY));
  const values = lines.flatMap(({ y }) => y.filter((value): value is number => value !== null));
  const range = rangeOf(values, options);
  const traces: PanelTrace[] = lines.map(({ x, y }, i) => {
    const color = theme.categorical[i % theme.categorical.length] as string;
    return {
      type: 'scatter',
      mode: markers ? 'lines+markers' : x.length === 1 ? 'markers' : 'lines',
      name: label(series[i]?.name ?? '', 24),
      x,
      y,
      line: { color, width: 2 },
      marker: { color, size: 6 },
      hovertemplate: '%{y:.4~g}',
      ...(series.length === 1 ? { showlegend: false } : {}),
    };
  });
  const content = {
    title: label(options.title ?? ''),
    x: { title: label(options.xTitle ?? ''), range: spanRange(lines.flatMap(({ x }) => x)) },
    y: { title: label(options.yTitle ?? ''), range, ...(logY ? { type: 'log' as const } : {}) },
    traces: [...traces, ...markTraces(lines.flatMap(({ marks }) => marks), range, logY, theme)], // prettier-ignore
  };
  return plainFigure(content, theme, width, 'x unified');
}

function rangeOf(values: readonly number[], { logY = false, yRange }: LineFigureOptions): [number, number] {
  if (yRange === undefined) return logY ? logRange(values) : linearRange(values);
  const [low, high] = yRange;
  if (!(low < high && onAxis(low) && onAxis(high) && (!logY || low > 0))) {
    throw new RangeError(
      `lineFigure: yRange must be two rising numbers${logY ? ' above 0' : ''}, got [${low}, ${high}].`,
    );
  }
  return logY ? [Math.log10(low), Math.log10(high)] : [low, high];
}

function pointsOf(
  line: LineFigureOptions['series'][number],
  log: boolean,
): { x: number[]; y: Cell[]; marks: Mark[] } {
  const name = `series ${JSON.stringify(label(line.name, 24))}`;
  needList('lineFigure', `y of ${name}`, line.y);
  if (line.x !== undefined) needLength('lineFigure', `x of ${name}`, line.x.length, line.y.length, 'y');
  const out = { x: [] as number[], y: [] as Cell[], marks: [] as Mark[] };
  for (let i = 0; i < line.y.length; i++) {
    const x = line.x?.[i] ?? i;
    const value = line.y[i] as number;
    if (!onAxis(x)) continue;
    out.x.push(rounded(x));
    out.y.push(cell(value, log));
    const mark = markOf(value, log);
    if (mark !== undefined)
      out.marks.push({ x: rounded(x), ...mark, text: `${label(line.name, 24)}: ${value}` });
  }
  return out;
}
