import { plain } from '../label.js';
import type { BarTrace } from '../types.js';
import { tenth, type Option } from './common.js';
import type { Plane } from './plane.js';

/** Bars from zero, cut off at the panel's edges, and their texts. */
export function bars(trace: BarTrace, plane: Plane): Option[] {
  const [x, y] = [plane.x(trace.xaxis), plane.y(trace.yaxis)];
  const clamp = (pixel: number): number =>
    Math.min(Math.max(y.from, y.to), Math.max(Math.min(y.from, y.to), pixel));
  const base = clamp(y.axis.type === 'log' ? y.from : y.pixel(0));
  return trace.x.flatMap((at, i) => {
    const value = trace.y[i] ?? null;
    if (value === null) return [];
    const [left, right] = [x.pixel(at + trace.offset), x.pixel(at + trace.offset + trace.width)];
    const end = clamp(y.pixel(value));
    const shape = {
      x: tenth(left),
      y: tenth(Math.min(base, end)),
      width: tenth(right - left),
      height: tenth(Math.abs(end - base)),
    };
    const rect = { type: 'rect', shape, style: { fill: trace.marker.color } };
    const text = trace.textposition === 'outside' ? trace.text?.[i] : undefined;
    if (text === undefined || text === '') return [rect];
    const above = value >= 0;
    return [
      rect,
      {
        type: 'text',
        style: {
          text: plain(text),
          x: tenth((left + right) / 2),
          y: tenth(end + (above ? -3 : 3)),
          align: 'center',
          verticalAlign: above ? 'bottom' : 'top',
          fill: plane.figure.layout.font.color,
          fontSize: 10,
        },
      },
    ];
  });
}
