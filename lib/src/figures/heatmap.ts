import { onAxis, linearRange, numberText, rounded, roundTicks } from './axis.js';
import { textWidth } from './arrange.js';
import { categoryAxis } from './categories.js';
import type { PanelTrace } from './content.js';
import { label } from './label.js';
import { needLength, needList, PLAIN_WIDTH, plainFigure, type PlainOptions } from './plain-figure.js';
import { blues, themeOf, viridis, type Theme } from './theme.js';
import type { Cell, Figure } from './types.js';

export interface HeatmapFigureOptions extends PlainOptions {
  /** Rows of values, first row on top, all equally long. */
  z: readonly ArrayLike<number>[];
  /** Names of the columns (default: 0, 1, 2 …). */
  x?: readonly string[];
  /** Names of the rows (default: 0, 1, 2 …). */
  y?: readonly string[];
  /** Write each value into its cell (default false). */
  showValues?: boolean;
  /** Title of the colour scale, with its unit (default none). */
  valueTitle?: string;
  /** Values of the first and the last colour (default: smallest and largest value; 0 when none is negative and `scale` is "counts"). */
  zRange?: readonly [number, number];
  /** "counts" goes from the page's colour to blue, "viridis" from dark violet to yellow (default: "counts"). */
  scale?: 'counts' | 'viridis';
}

/** Cells smaller than this, in pixels, touch each other and have no text. */
const ROOMY = 14;

/**
 * A matrix as coloured cells: a confusion matrix, weights, correlations. A value that is not finite is a cross in an empty cell.
 * @throws TypeError or RangeError when an option is not what it should be
 */
export function heatmapFigure(options: HeatmapFigureOptions): Figure {
  const { z, scale = 'counts', dark = false, width = PLAIN_WIDTH } = options;
  needList('heatmapFigure', 'z', z);
  const columns = z[0]?.length ?? 0;
  z.forEach((row, i) => {
    needList('heatmapFigure', `z[${i}]`, row);
    needLength('heatmapFigure', `z[${i}]`, row.length, columns, 'z[0]');
  });
  const names = (name: 'x' | 'y', n: number): readonly string[] => {
    const given = options[name];
    if (given !== undefined)
      needLength('heatmapFigure', name, given.length, n, name === 'x' ? 'columns of z' : 'rows of z');
    return given ?? Array.from({ length: n }, (_, i) => String(i));
  };
  const [xNames, yNames] = [names('x', columns), names('y', z.length)];
  const theme = themeOf(dark);
  const rowTexts = yNames.map((name) => label(name, 16));
  const gutter = 44 + Math.max(10, ...rowTexts.map((text) => textWidth(text, 11)));
  const cellWidth = (width - gutter - 120) / Math.max(1, columns);
  const height = Math.min(460, Math.max(140, z.length * Math.min(34, Math.max(6, cellWidth * 0.72))));
  const roomy = height / Math.max(1, z.length) >= ROOMY && cellWidth >= ROOMY;
  const { axis, footer } = categoryAxis(xNames, label(options.xTitle ?? ''), width - gutter - 120);
  const every = Math.ceil((z.length * 13) / height);
  const shown = rowTexts.map((_, i) => i).filter((i) => i % every === 0);
  const content = {
    title: label(options.title ?? ''),
    gutter,
    footer,
    height,
    x: axis,
    y: {
      title: label(options.yTitle ?? ''),
      range: [Math.max(0.5, z.length - 0.5), -0.5] as [number, number],
      tickvals: shown,
      ticktext: shown.map((i) => rowTexts[i] as string),
      grid: false,
    },
    traces: [map(options, scale, theme, roomy, columns), ...crosses(z, theme)],
  };
  return plainFigure(content, theme, width, 'closest');
}

function map(
  options: HeatmapFigureOptions,
  scale: 'counts' | 'viridis',
  theme: Theme,
  roomy: boolean,
  columns: number,
): PanelTrace {
  const { z, showValues = false } = options;
  const [zmin, zmax] = zRange(options, scale);
  const ticks = roundTicks([zmin, zmax], 5);
  const edges = (n: number): number[] => Array.from({ length: n + 1 }, (_, i) => i - 0.5);
  return {
    type: 'heatmap',
    name: label(options.valueTitle ?? options.title ?? '', 24),
    x: edges(columns),
    y: edges(z.length),
    z: z.map((row) => Array.from(row, (value): Cell => (onAxis(value) ? rounded(value) : null))),
    zmin,
    zmax,
    colorscale: scale === 'counts' ? blues(theme) : viridis(),
    showscale: true,
    showlegend: false,
    colorbar: {
      title: label(options.valueTitle ?? '', 40),
      tickvals: ticks,
      ticktext: ticks.map(numberText),
    },
    hovertemplate: '%{z:.5~g}<extra></extra>',
    ...(roomy ? { xgap: 1, ygap: 1 } : {}),
    ...(showValues && roomy
      ? {
          text: z.map((row) => Array.from(row, (value) => (onAxis(value) ? numberText(value) : ''))),
          texttemplate: '%{text}',
        }
      : {}),
  };
}

function zRange({ z, zRange: given }: HeatmapFigureOptions, scale: 'counts' | 'viridis'): [number, number] {
  if (given !== undefined) {
    const [low, high] = given;
    if (!(low < high))
      throw new RangeError(`heatmapFigure: zRange must be two rising numbers, got [${low}, ${high}].`);
    return [low, high];
  }
  const values = z.flatMap((row) => Array.from(row).filter(onAxis));
  const [low, high] = linearRange(values, { margin: 0 });
  return [scale === 'counts' && values.every((value) => value >= 0) ? 0 : low, high];
}

function crosses(z: HeatmapFigureOptions['z'], theme: Theme): PanelTrace[] {
  const found = z.flatMap((row, i) =>
    Array.from(row).flatMap((value, j) => (onAxis(value) ? [] : [{ i, j, value }])),
  );
  if (found.length === 0) return [];
  return [
    {
      type: 'scatter',
      mode: 'markers',
      name: 'NaN, ±∞',
      x: found.map(({ j }) => j),
      y: found.map(({ i }) => i),
      text: found.map(({ value }) => String(value)),
      hovertemplate: '%{text}<extra></extra>',
      marker: { color: theme.alarm, size: 8, symbol: 'x' },
      showlegend: false,
    },
  ];
}
