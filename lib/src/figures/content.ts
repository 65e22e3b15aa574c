import type { BarTrace, ColorBar, HeatmapTrace, ScatterTrace } from './types.js';

type Unplaced<T> = Omit<T, 'xaxis' | 'yaxis' | 'legend'>;
export type PanelTrace =
  | Unplaced<ScatterTrace>
  | Unplaced<BarTrace>
  | (Omit<Unplaced<HeatmapTrace>, 'colorbar'> & { colorbar?: PanelScale });
/** A colour scale's legend before the panel has its place. */
export type PanelScale = Pick<ColorBar, 'tickvals' | 'ticktext'> & { title: string };

/** What a panel's axis needs, apart from its place and colours. */
export interface PanelAxis {
  title: string;
  type?: 'linear' | 'log';
  range: [number, number];
  tickvals?: number[];
  ticktext?: string[];
  tickangle?: number;
  grid?: boolean;
}

/** One panel of a figure before it has its place. Texts went through `label`. */
export interface Content {
  title: string;
  x: PanelAxis;
  y: PanelAxis;
  traces: PanelTrace[];
  /** Takes a row of its own. */
  wide?: boolean;
  /** Pixels left of the plot for tick labels and title (default 58). */
  gutter?: number;
  /** Pixels below the plot for tick labels and title (default 44). */
  footer?: number;
  /** Height of the plot in pixels (default: what the figure has to share out). */
  height?: number;
}
