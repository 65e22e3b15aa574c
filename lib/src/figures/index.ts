export { label } from './label.js';
export { runText } from './run-text.js';
export { runFigure } from './run.js';
export type { RunFigureOptions } from './run.js';
export type {
  Annotation, Axis, BarTrace, Cell, Figure, HeatmapTrace, Layout, Legend, ScatterTrace, Shape, Trace,
} from './types.js'; // prettier-ignore
