import { linearRange, numberText, rounded } from './axis.js';
import { categoryAxis } from './categories.js';
import type { PanelTrace } from './content.js';
import { label } from './label.js';
import { markOf, markTraces, type Mark } from './marks.js';
import { needLength, needList, PLAIN_WIDTH, plainFigure, type PlainOptions } from './plain-figure.js';
import { themeOf } from './theme.js';
import type { Figure } from './types.js';

export interface BarFigureOptions extends PlainOptions {
  /** Names of the groups of bars, from left to right. */
  x: readonly string[];
  /** One bar in each group for each series. */
  series: readonly { name: string; y: ArrayLike<number> }[];
  /** Write each value above its bar (default false). */
  showValues?: boolean;
}

/** Part of a group's place that its bars take. */
const FILLED = 0.8;

/**
 * Bars from zero, in groups. A value that is not finite is a mark in place of its bar.
 * @throws TypeError or RangeError when an option is not what it should be
 */
export function barFigure(options: BarFigureOptions): Figure {
  const { x, series, showValues = false, dark = false, width = PLAIN_WIDTH } = options;
  needList('barFigure', 'x', x);
  needList('barFigure', 'series', series);
  const theme = themeOf(dark);
  const each = FILLED / Math.max(1, series.length);
  const marks: Mark[] = [];
  const values: number[] = [0];
  const traces: PanelTrace[] = series.map(({ name, y }, s) => {
    needLength('barFigure', `y of series ${JSON.stringify(label(name, 24))}`, y.length, x.length, 'x');
    const heights = Array.from(y, (value, i) => {
      const mark = markOf(value, false);
      if (mark === undefined) return rounded(value);
      marks.push({
        x: rounded(i - FILLED / 2 + (s + 0.5) * each),
        ...mark,
        text: `${label(name, 24)}, ${label(x[i] as string, 24)}: ${value}`,
      });
      return null;
    });
    for (const height of heights) if (height !== null) values.push(height);
    return {
      type: 'bar',
      name: label(name, 24),
      x: heights.map((_, i) => i),
      y: heights,
      width: rounded(each * 0.94),
      offset: rounded(-FILLED / 2 + s * each + each * 0.03),
      marker: { color: theme.categorical[s % theme.categorical.length] as string },
      hovertemplate: '%{y:.4~g}',
      ...(showValues
        ? {
            text: heights.map((height) => (height === null ? '' : numberText(height))),
            textposition: 'outside' as const,
          }
        : {}),
      ...(series.length === 1 ? { showlegend: false } : {}),
    };
  });
  const { axis, footer } = categoryAxis(x, label(options.xTitle ?? ''), width - 90);
  const range = linearRange(values, { margin: showValues ? 0.1 : 0.05 });
  if (values.every((value) => value >= 0)) range[0] = 0;
  const content = {
    title: label(options.title ?? ''),
    footer,
    x: axis,
    y: { title: label(options.yTitle ?? ''), range },
    traces: [...traces, ...markTraces(marks, range, false, theme)],
  };
  return plainFigure(content, theme, width, 'closest');
}
