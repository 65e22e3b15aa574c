import { arrange, type Place } from './arrange.js';
import type { Content, PanelAxis, PanelTrace } from './content.js';
import { FONT, type Theme } from './theme.js';
import type { Annotation, Axis, Figure, Layout, Legend, LegendId, Trace, XAxisId, YAxisId } from './types.js';

/** Pixels around the paper, in which Plotly's domains are fractions. */
const MARGIN = { l: 10, r: 10, t: 10, b: 6, pad: 0 };
/** Width for which a figure is arranged when the caller names none: a notebook's cell. */
export const WIDTH = 900;

export interface Frame {
  theme: Theme;
  /** Pixels. */
  width: number;
  uirevision: string;
  datarevision: string;
  hovermode: Layout['hovermode'];
  /** All panels zoom together along x. */
  linkX?: boolean;
}

/** The numbers that Plotly puts behind the ids of a panel's axes and legend: none for the first. */
export const suffix = (panel: number): `${number}` | '' => (panel === 0 ? '' : `${panel + 1}`);

/** Puts panels into one figure. */
export function compose(contents: readonly Content[], frame: Frame): Figure {
  const { theme, width } = frame;
  const { places, height } = arrange(contents, width);
  const paperX = (px: number): number => fraction((px - MARGIN.l) / (width - MARGIN.l - MARGIN.r));
  const paperY = (px: number): number => fraction(1 - (px - MARGIN.t) / (height - MARGIN.t - MARGIN.b));
  const layout: Layout = {
    height,
    autosize: true,
    margin: MARGIN,
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    font: { family: FONT, size: 12, color: theme.ink },
    hovermode: frame.hovermode,
    hoverlabel: {
      namelength: -1,
      font: { size: 12, color: theme.ink },
      bgcolor: theme.background,
      bordercolor: theme.axis,
    },
    showlegend: true,
    barmode: 'overlay',
    uirevision: frame.uirevision,
    datarevision: frame.datarevision,
    annotations: [],
    shapes: [],
  };
  const data: Trace[] = [];
  contents.forEach((content, i) => {
    const place = places[i] as Place;
    const n = suffix(i);
    const [x, y] = [`x${n}` as XAxisId, `y${n}` as YAxisId];
    layout[`xaxis${n}`] = {
      ...axis(content.x, theme, [paperX(place.left), paperX(place.right)], y),
      ...(frame.linkX === true && i > 0 ? { matches: 'x' as const } : {}),
      nticks: Math.max(3, Math.floor((place.right - place.left) / 48)),
    };
    layout[`yaxis${n}`] = {
      ...axis(content.y, theme, [paperY(place.bottom), paperY(place.top)], x),
      nticks: ticksFor(content.y, place.bottom - place.top),
    };
    layout.annotations.push(heading(content.title, theme, paperX(place.left), paperY(place.top), place.lift));
    if (place.legend !== 'none') {
      layout[`legend${n}`] = legend(place, theme, paperX, paperY);
    }
    for (const trace of content.traces) data.push(placed(trace, { x, y, n, place, theme, paperX, paperY }));
  });
  return { data, layout };
}

/** Ticks at most. On a log axis so few that they are powers of ten, where there are three of those. */
function ticksFor({ type, range }: PanelAxis, pixels: number): number {
  const most = Math.max(3, Math.floor(pixels / (pixels < 220 ? 26 : 40)));
  const decades = Math.abs(range[1] - range[0]);
  return type === 'log' && Math.floor(range[1]) - Math.ceil(range[0]) >= 2
    ? Math.max(2, Math.min(most, Math.floor(decades / 0.75)))
    : most;
}

const fraction = (value: number): number => Number(Math.min(1, Math.max(0, value)).toFixed(4));

function axis(spec: PanelAxis, theme: Theme, domain: [number, number], anchor: Axis['anchor']): Axis {
  const { title, type = 'linear', range, grid = true, tickvals, ticktext, tickangle } = spec;
  return {
    type,
    range,
    domain,
    anchor,
    title: { text: title, font: { size: 12, color: theme.muted }, standoff: anchor.startsWith('y') ? 4 : 6 },
    tickfont: { size: type === 'log' ? 10 : 11, color: theme.muted },
    showgrid: grid,
    gridcolor: theme.grid,
    linecolor: theme.axis,
    showline: true,
    zeroline: false,
    ticks: 'outside',
    ticklen: 4,
    tickcolor: theme.axis,
    ...(type === 'log' ? { exponentformat: 'power' as const, ...logTicks(range) } : {}),
    ...(tickvals !== undefined ? { tickvals } : {}),
    ...(ticktext !== undefined ? { ticktext } : {}),
    ...(tickangle !== undefined ? { tickangle } : {}),
  };
}

/** Within two decades Plotly would label every digit, on top of each other: 1, 2 and 5 are enough. */
const logTicks = ([from, to]: readonly [number, number]): Pick<Axis, 'dtick'> =>
  Math.abs(to - from) < 2 ? { dtick: 'D2' } : {};

function heading(text: string, theme: Theme, x: number, y: number, lift: number): Annotation {
  return {
    text,
    x,
    y,
    xref: 'paper',
    yref: 'paper',
    xanchor: 'left',
    yanchor: 'bottom',
    yshift: 6 + lift,
    showarrow: false,
    font: { size: 14, weight: 600, color: theme.ink },
  };
}

function legend(
  place: Place,
  theme: Theme,
  paperX: (px: number) => number,
  paperY: (px: number) => number,
): Legend {
  const top = place.legend === 'top';
  return {
    orientation: top ? 'h' : 'v',
    x: paperX(top ? place.right + 4 : place.right + 10),
    y: paperY(top ? place.top - 3 : place.top),
    xanchor: top ? 'right' : 'left',
    yanchor: top ? 'bottom' : 'top',
    bgcolor: 'rgba(0,0,0,0)',
    font: { size: 12, color: theme.ink },
    traceorder: 'normal',
    tracegroupgap: 0,
    itemwidth: 30,
  };
}

interface Position {
  x: XAxisId;
  y: YAxisId;
  n: string;
  place: Place;
  theme: Theme;
  paperX: (px: number) => number;
  paperY: (px: number) => number;
}

function placed(trace: PanelTrace, { x, y, n, place, theme, paperX, paperY }: Position): Trace {
  if (trace.type !== 'heatmap') {
    return {
      ...trace,
      xaxis: x,
      yaxis: y,
      ...(trace.showlegend === false ? {} : { legend: `legend${n}` as LegendId }),
    };
  }
  const { colorbar, ...rest } = trace;
  if (colorbar === undefined) return { ...rest, xaxis: x, yaxis: y };
  const [bottom, top] = [paperY(place.bottom), paperY(place.top)];
  return {
    ...rest,
    xaxis: x,
    yaxis: y,
    colorbar: {
      title: { text: colorbar.title, side: 'right', font: { size: 12, color: theme.muted } },
      x: paperX(place.right + 14),
      y: fraction((bottom + top) / 2),
      xanchor: 'left',
      yanchor: 'middle',
      len: fraction(top - bottom),
      lenmode: 'fraction',
      thickness: 12,
      xpad: 0,
      ypad: 0,
      outlinewidth: 0,
      tickfont: { size: 11, color: theme.muted },
      tickvals: colorbar.tickvals,
      ticktext: colorbar.ticktext,
    },
  };
}
