import type { Trace } from '../types.js';
import { bars } from './bars.js';
import { cells } from './cells.js';
import { QUIET, type Option } from './common.js';
import type { Plane } from './plane.js';
import { scatter, symbols } from './scatter.js';

/** A trace as ECharts draws it. `axis` is the number of its pair of axes. */
export function seriesOf(trace: Trace, axis: number, plane: Plane): Option {
  switch (trace.type) {
    case 'scatter': {
      const marks = trace.mode === 'markers' && (trace.marker?.symbol ?? 'circle') !== 'circle';
      return marks ? custom(axis, [symbols(trace, plane)]) : scatter(trace, axis, plane);
    }
    case 'bar':
      return custom(axis, bars(trace, plane));
    case 'heatmap':
      return custom(axis, cells(trace, plane));
  }
}

/** A series whose shapes we place ourselves, in pixels. */
function custom(axis: number, children: Option[]): Option {
  return {
    type: 'custom',
    ...QUIET,
    xAxisIndex: axis,
    yAxisIndex: axis,
    data: [[0, 0]],
    clip: false,
    renderItem: () => ({ type: 'group', children }),
  };
}
