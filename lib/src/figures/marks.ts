import type { Cell } from './types.js';
import type { PanelTrace } from './content.js';
import { onAxis, onLogAxis, rounded } from './axis.js';
import type { Theme } from './theme.js';

/** A value that has no place on the axis: it is drawn as a mark on the panel's edge. */
export interface Mark {
  x: number;
  edge: 'top' | 'bottom';
  /** Which value it is; escaped. */
  text: string;
  /** Is it too small for a log axis (zero, or less) rather than something that is not finite? */
  low: boolean;
}

/** The value as drawn on an axis: a gap when it has no place there. */
export function cell(value: number, log: boolean): Cell {
  return (log ? onLogAxis : onAxis)(value) ? rounded(value) : null;
}

/** The mark of a value, `undefined` when it is on the axis. */
export function markOf(value: number, log: boolean): Pick<Mark, 'edge' | 'low'> | undefined {
  if (!onAxis(value)) return { edge: value < 0 ? 'bottom' : 'top', low: false };
  return log && !onLogAxis(value) ? { edge: 'bottom', low: true } : undefined;
}

/**
 * Traces of marks on the top or bottom edge of a panel: red crosses for what is not finite, hollow triangles for zeros on a log axis.
 * @param range of the y axis, in exponents of ten on a log axis
 */
export function markTraces(
  marks: readonly Mark[],
  range: readonly [number, number],
  log: boolean,
  theme: Theme,
): PanelTrace[] {
  const inset = (range[1] - range[0]) * 0.012;
  const at = (edge: Mark['edge']): number => {
    const height = edge === 'top' ? range[1] - inset : range[0] + inset;
    return log ? Number((10 ** height).toPrecision(6)) : Number(height.toPrecision(9));
  };
  const trace = (chosen: Mark[], name: string, symbol: 'x' | 'triangle-down', color: string): PanelTrace => ({
    type: 'scatter',
    mode: 'markers',
    name,
    x: chosen.map(({ x }) => x),
    y: chosen.map(({ edge }) => at(edge)),
    text: chosen.map(({ text }) => text),
    hovertemplate: '%{text}<extra></extra>',
    marker: { color, size: chosen.length > 60 ? 6 : 8, symbol },
    cliponaxis: false,
  });
  const odd = marks.filter(({ low }) => !low);
  const low = marks.filter((mark) => mark.low);
  return [
    ...(odd.length > 0 ? [trace(odd, 'NaN, ±∞', 'x', theme.alarm)] : []),
    ...(low.length > 0 ? [trace(low, 'zero', 'triangle-down', theme.muted)] : []),
  ];
}
