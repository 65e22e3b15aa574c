export { barFigure } from './bar.js';
export type { BarFigureOptions } from './bar.js';
export { heatmapFigure } from './heatmap.js';
export type { HeatmapFigureOptions } from './heatmap.js';
export { label } from './label.js';
export { clockText, rateText } from './pace-text.js';
export { runText } from './run-text.js';
export { runFigure } from './run.js';
export type { RunFigureOptions } from './run.js';
export type {
  Annotation, Axis, BarTrace, Cell, Figure, HeatmapTrace, Layout, Legend, ScatterTrace, Shape, Trace,
} from './types.js'; // prettier-ignore
export { lineFigure } from './line.js';
export type { LineFigureOptions } from './line.js';
