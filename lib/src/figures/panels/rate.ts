import { linearRange, logRange } from '../axis.js';
import type { Content } from '../content.js';
import { label } from '../label.js';
import { markTraces } from '../marks.js';
import { drawn, points, scalar, type Context } from './context.js';

/** The learning rate, where it changes; log axis where it spans more than a decade. */
export function ratePanel(context: Context): Content | undefined {
  const series = scalar(context.record, 'learning_rate');
  if (series === undefined) return undefined;
  const values = series.values();
  if (values.every((value) => value === values[0])) return undefined;
  const positive = values.filter((value) => value > 0);
  const log =
    positive.length === values.length && Math.max(...minMax(positive)) / Math.min(...minMax(positive)) > 10;
  const found = points(series, context, log);
  const range = log ? logRange(drawn([found])) : linearRange(drawn([found]), { floor: 0 });
  const { theme } = context;
  return {
    title: 'Learning rate',
    wide: true,
    height: 110,
    x: context.x,
    y: { title: 'learning rate', range, ...(log ? { type: 'log' as const } : {}) },
    traces: [
      {
        type: 'scatter',
        mode: 'lines',
        name: 'learning rate',
        x: found.x,
        y: found.y,
        line: { color: theme.categorical[2] as string, width: 2 },
        hovertemplate: '%{y:.4~g}',
        showlegend: false,
        meta: { series: label(series.spec.name) },
      },
      ...markTraces(found.marks, range, log, theme),
    ],
  };
}

function minMax(values: ArrayLike<number>): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}
