import type { MarkerSymbol, ScatterTrace } from '../types.js';
import { dash, QUIET, tenth, type Option } from './common.js';
import type { Plane } from './plane.js';

export const SYMBOLS: Readonly<Record<MarkerSymbol, string>> = {
  circle: 'circle',
  x: 'path://M2 0L5 3L8 0L10 2L7 5L10 8L8 10L5 7L2 10L0 8L3 5L0 2Z',
  'triangle-down': 'path://M0 0L10 0L5 9Z',
};

/** Lines and round markers as a series of ECharts' own. */
export function scatter(trace: ScatterTrace, axis: number, plane: Plane): Option {
  const y = plane.y(trace.yaxis);
  const x = plane.x(trace.xaxis);
  const data = trace.x.map((at, i) => {
    const value = trace.y[i] ?? null;
    return [x.part(at), value === null ? '-' : y.part(value)];
  });
  const { marker, line, opacity = 1 } = trace;
  const common = {
    ...QUIET,
    xAxisIndex: axis,
    yAxisIndex: axis,
    data,
    clip: trace.cliponaxis !== false,
    symbol: SYMBOLS[marker?.symbol ?? 'circle'],
    symbolSize: marker?.size ?? 6,
    itemStyle: {
      color: marker?.color,
      opacity,
      ...(marker?.line !== undefined
        ? { borderColor: marker.line.color, borderWidth: marker.line.width }
        : {}),
    },
  };
  if (trace.mode === 'markers') return { type: 'scatter', ...common };
  return {
    type: 'line',
    ...common,
    showSymbol: trace.mode === 'lines+markers',
    showAllSymbol: true,
    connectNulls: false,
    lineStyle: { color: line?.color, width: line?.width, opacity, type: dash(line?.dash), join: 'round' },
  };
}

/** Symbols nearer to the one before than this, in pixels, only make the picture larger. */
const APART = 6;

/** All symbols of a trace as one path: crosses as two strokes each, others as they are. */
export function symbols(trace: ScatterTrace, plane: Plane): Option {
  const [x, y] = [plane.x(trace.xaxis), plane.y(trace.yaxis)];
  const { size, symbol = 'circle', color } = trace.marker ?? { size: 6, color: '#000000' };
  const cross = symbol === 'x';
  const outline = cross ? 'M1 1L9 9M9 1L1 9' : SYMBOLS[symbol].slice('path://'.length);
  let previous = [-Infinity, -Infinity];
  const paths = trace.x.flatMap((at, i) => {
    const value = trace.y[i] ?? null;
    if (value === null) return [];
    const [px, py] = [x.pixel(at), y.pixel(value)];
    if (Math.hypot(px - (previous[0] as number), py - (previous[1] as number)) < APART) return [];
    previous = [px, py];
    const place = (n: string, middle: number): number => tenth(middle + (Number(n) / 5 - 1) * (size / 2));
    const moved = (_: string, command: string, a: string, b: string): string =>
      `${command}${place(a, px)} ${place(b, py)}`;
    return [outline.replace(/([ML])(\d+) (\d+)/g, moved)];
  });
  const style = cross ? { fill: 'none', stroke: color, lineWidth: size * 0.28 } : { fill: color };
  return { type: 'path', shape: { pathData: paths.join('') }, style };
}
