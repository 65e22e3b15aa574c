/** A number that is drawn, or a gap. JSON has no NaN: values that are not finite are gaps here and marks in a trace of their own. */
export type Cell = number | null;

/** `x`, `x2`, `x3` … as Plotly names the axes of its subplots. */
export type XAxisId = 'x' | `x${number}`;
export type YAxisId = 'y' | `y${number}`;
export type LegendId = 'legend' | `legend${number}`;

export interface Font {
  color?: string;
  /** Pixels. */
  size?: number;
  weight?: number;
  family?: string;
}

interface TraceBase {
  /** Shown in the legend and on hover; went through `label`. */
  name: string;
  xaxis: XAxisId;
  yaxis: YAxisId;
  showlegend?: boolean;
  legend?: LegendId;
  hovertemplate?: string;
  hoverinfo?: 'text' | 'skip' | 'all';
  /** The series that the trace shows (through `label`), so that a view can find it again. */
  meta?: { series: string };
}

export interface ScatterTrace extends TraceBase {
  type: 'scatter';
  mode: 'lines' | 'markers' | 'lines+markers';
  x: number[];
  y: Cell[];
  line?: { color: string; width: number; dash?: 'solid' | 'dot' | 'dash' };
  marker?: { color: string; size: number; symbol?: MarkerSymbol; line?: { color: string; width: number } };
  opacity?: number;
  /** Hover texts, one a point. */
  text?: string[];
  cliponaxis?: boolean;
  connectgaps?: false;
}

export type MarkerSymbol = 'circle' | 'x' | 'triangle-down';

export interface BarTrace extends TraceBase {
  type: 'bar';
  x: number[];
  y: Cell[];
  /** Width of a bar in units of the x axis. */
  width: number;
  /** Shift of all bars in units of the x axis (grouped bars). */
  offset: number;
  marker: { color: string };
  text?: string[];
  textposition?: 'none' | 'outside' | 'inside';
}

export interface HeatmapTrace extends TraceBase {
  type: 'heatmap';
  /** Edges of the columns, one more than there are columns. */
  x: number[];
  /** Edges of the rows, one more than there are rows. */
  y: number[];
  /** Rows of values. */
  z: Cell[][];
  zmin: number;
  zmax: number;
  colorscale: [number, string][];
  showscale: boolean;
  colorbar?: ColorBar;
  /** Texts in the cells, where they are shown. */
  text?: string[][];
  texttemplate?: string;
  textfont?: Font;
  customdata?: string[][];
  xgap?: number;
  ygap?: number;
}

export interface ColorBar {
  title: { text: string; side: 'right' | 'top'; font: Font };
  /** Paper coordinates of the left edge and of the middle. */
  x: number;
  y: number;
  xanchor: 'left';
  yanchor: 'middle';
  /** Fraction of the paper's height. */
  len: number;
  lenmode: 'fraction';
  /** Pixels. */
  thickness: number;
  xpad: 0;
  ypad: 0;
  outlinewidth: number;
  tickfont: Font;
  tickvals: number[];
  ticktext: string[];
}

export type Trace = ScatterTrace | BarTrace | HeatmapTrace;

export interface Axis {
  type: 'linear' | 'log';
  /** Always set, so that every renderer draws the same; exponents of ten on a log axis, as Plotly has it. */
  range: [number, number];
  /** Part of the paper that the axis takes. */
  domain: [number, number];
  anchor: XAxisId | YAxisId;
  title: { text: string; font: Font; standoff: number };
  /** Given where ticks have names; otherwise each renderer chooses round numbers. */
  tickvals?: number[];
  ticktext?: string[];
  tickfont: Font;
  tickangle?: number;
  nticks?: number;
  /** Distance of ticks; on a log axis `D2` labels 1, 2 and 5 of each decade. */
  dtick?: number | 'D2';
  exponentformat?: 'power' | 'SI' | 'e';
  showgrid: boolean;
  gridcolor: string;
  linecolor: string;
  showline: boolean;
  zeroline: boolean;
  ticks: 'outside' | '';
  ticklen: number;
  tickcolor: string;
  fixedrange?: boolean;
  /** Zooms together with this axis. */
  matches?: XAxisId;
}

export interface Legend {
  orientation: 'h' | 'v';
  x: number;
  y: number;
  xanchor: 'left' | 'right';
  yanchor: 'top' | 'bottom';
  bgcolor: string;
  font: Font;
  traceorder: 'normal';
  tracegroupgap: number;
  itemwidth: number;
}

export interface Annotation {
  text: string;
  x: number;
  y: number;
  xref: string;
  yref: string;
  xanchor: 'left' | 'center' | 'right';
  yanchor: 'top' | 'middle' | 'bottom';
  /** Pixels. */
  xshift?: number;
  yshift?: number;
  showarrow: false;
  font: Font;
  bgcolor?: string;
  hovertext?: string;
}

/** A vertical line through one panel. */
export interface Shape {
  type: 'line';
  xref: XAxisId;
  yref: `${YAxisId} domain`;
  x0: number;
  x1: number;
  y0: number;
  y1: number;
  line: { color: string; width: number; dash: 'dot' | 'dash' | 'solid' };
  layer: 'below' | 'above';
}

export interface Layout {
  /** Pixels. The width is left to the page. */
  height: number;
  autosize: true;
  margin: { l: number; r: number; t: number; b: number; pad: number };
  paper_bgcolor: string;
  plot_bgcolor: string;
  font: Font;
  hovermode: 'closest' | 'x unified';
  hoverlabel: { namelength: number; font?: Font; bgcolor?: string; bordercolor?: string };
  showlegend: boolean;
  barmode?: 'overlay';
  /** Constant while the same thing is shown: the reader's zoom is kept. */
  uirevision: string;
  /** Changes exactly when the data do. */
  datarevision: string;
  annotations: Annotation[];
  shapes: Shape[];
  [axis: `xaxis${string}` | `yaxis${string}`]: Axis | undefined;
  [legend: `legend${string}`]: Legend | undefined;
}

/** The part of Plotly's figures that Gradoscope draws: plain JSON, names escaped, every axis with its range. */
export interface Figure {
  data: Trace[];
  layout: Layout;
}
