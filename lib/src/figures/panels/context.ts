import { decimate, type Axis, type RunRecord, type Series } from '../../run/index.js';
import { onAxis, rounded } from '../axis.js';
import type { PanelAxis } from '../content.js';
import { label } from '../label.js';
import { cell, markOf, type Mark } from '../marks.js';
import type { Theme } from '../theme.js';
import type { Cell } from '../types.js';

/** What the panels of one run share. */
export interface Context {
  record: RunRecord;
  theme: Theme;
  /** Column of the record that is the x axis. */
  axis: Axis;
  x: PanelAxis;
  /** Rows a trace has at most. */
  maxPoints: number;
  /** Weight of the past in the smoothed line of a noisy series, 0 (none) to 1. */
  smoothing: number;
}

/** The rows of one component as a trace takes them, and those that have no place on the axis as marks. */
export interface Points {
  x: number[];
  y: Cell[];
  marks: Mark[];
}

/** The scalar series of a name, if the record has rows of it. */
export function scalar(record: RunRecord, name: string): Series | undefined {
  const series = record.series.get(name);
  return series !== undefined && series.spec.kind === 'scalar' && series.length > 0 ? series : undefined;
}

export function points(series: Series, { axis, maxPoints }: Context, log: boolean): Points {
  const xs = series.axis(axis);
  const values = series.values();
  const out: Points = { x: [], y: [], marks: [] };
  for (const row of decimate(series, maxPoints)) {
    const x = xs[row] as number;
    if (!onAxis(x)) continue;
    const value = values[row] as number;
    out.x.push(rounded(x));
    out.y.push(cell(value, log));
    const mark = markOf(value, log);
    if (mark !== undefined)
      out.marks.push({ x: rounded(x), ...mark, text: `${label(series.spec.name)}: ${value}` });
  }
  return out;
}

/** Drawn values of several traces, one after the other. */
export function* drawn(all: readonly Points[]): Generator<number> {
  for (const { y } of all) for (const value of y) if (value !== null) yield value;
}

/** Names as people read them: underscores are spaces. */
export const words = (name: string): string => name.replace(/_/g, ' ');
export const title = (name: string): string => {
  const text = words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
};
