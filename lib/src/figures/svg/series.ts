import { scaleColor } from '../theme.js';
import { plain } from '../label.js';
import type { BarTrace, HeatmapTrace, MarkerSymbol, ScatterTrace, Trace } from '../types.js';
import type { Plane } from './plane.js';

type Option = Record<string, unknown>;

const QUIET = { silent: true, animation: false, emphasis: { disabled: true }, legendHoverLink: false };

export const SYMBOLS: Readonly<Record<MarkerSymbol, string>> = {
  circle: 'circle',
  x: 'path://M2 0L5 3L8 0L10 2L7 5L10 8L8 10L5 7L2 10L0 8L3 5L0 2Z',
  'triangle-down': 'path://M0 0L10 0L5 9Z',
};

/** Maps of up to this many cells have a rectangle for each; in larger ones the cells of a colour are one path. */
const SINGLE_CELLS = 150;
/** Colours of a large map. */
const SHADES = 24;

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

function scatter(trace: ScatterTrace, axis: number, plane: Plane): Option {
  const y = plane.y(trace.yaxis);
  const x = plane.x(trace.xaxis);
  const data = trace.x.map((at, i) => {
    const value = trace.y[i] ?? null;
    return [x.linear(at), value === null ? '-' : y.linear(value)];
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

export const dash = (kind: 'solid' | 'dot' | 'dash' | undefined): unknown =>
  kind === 'dot' ? [2, 2.5] : kind === 'dash' ? [7, 4] : 'solid';

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

/** Symbols nearer to the one before than this, in pixels, only make the picture larger. */
const APART = 4;

/** All symbols of a trace as one path. */
function symbols(trace: ScatterTrace, plane: Plane): Option {
  const [x, y] = [plane.x(trace.xaxis), plane.y(trace.yaxis)];
  const { size, symbol = 'circle', color } = trace.marker ?? { size: 6, color: '#000000' };
  const outline = SYMBOLS[symbol].slice('path://'.length);
  let previous = [-Infinity, -Infinity];
  const paths = trace.x.flatMap((at, i) => {
    const value = trace.y[i] ?? null;
    if (value === null) return [];
    const [px, py] = [x.pixel(at), y.pixel(value)];
    if (Math.hypot(px - (previous[0] as number), py - (previous[1] as number)) < APART) return [];
    previous = [px, py];
    const place = (n: string, middle: number): number => tenth(middle + (Number(n) / 5 - 1) * (size / 2));
    return [
      outline.replace(
        /([ML])(\d+) (\d+)/g,
        (_, command: string, a: string, b: string) => `${command}${place(a, px)} ${place(b, py)}`,
      ),
    ];
  });
  return { type: 'path', shape: { pathData: paths.join('') }, style: { fill: color } };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

function bars(trace: BarTrace, plane: Plane): Option[] {
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

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function cells(trace: HeatmapTrace, plane: Plane): Option[] {
  const columns = trace.x.map((edge) => plane.x(trace.xaxis).pixel(edge));
  const rows = trace.y.map((edge) => plane.y(trace.yaxis).pixel(edge));
  const [gapX, gapY] = [trace.xgap ?? 0, trace.ygap ?? 0];
  const box = (i: number, j: number, span = 1): Box => {
    const [a, b] = [columns[j] as number, columns[j + span] as number];
    const [c, d] = [rows[i] as number, rows[i + 1] as number];
    return {
      x: tenth(Math.min(a, b) + gapX / 2),
      y: tenth(Math.min(c, d) + gapY / 2),
      width: tenth(Math.abs(b - a) - gapX),
      height: tenth(Math.abs(d - c) - gapY),
    };
  };
  const count = trace.z.length * (trace.z[0]?.length ?? 0);
  return count <= SINGLE_CELLS ? single(trace, box) : merged(trace, box);
}

const share = (trace: HeatmapTrace, value: number): number =>
  trace.zmax > trace.zmin ? Math.min(1, Math.max(0, (value - trace.zmin) / (trace.zmax - trace.zmin))) : 0;

function single(trace: HeatmapTrace, box: (i: number, j: number) => Box): Option[] {
  const children: Option[] = [];
  trace.z.forEach((row, i) =>
    row.forEach((value, j) => {
      if (value === null) return;
      const fill = scaleColor(trace.colorscale, share(trace, value));
      const shape = box(i, j);
      children.push({ type: 'rect', shape, style: { fill } });
      const text = trace.texttemplate !== undefined ? (trace.text?.[i]?.[j] ?? '') : '';
      if (text !== '') children.push(cellText(plain(text), shape, fill, trace.textfont?.size ?? 12));
    }),
  );
  return children;
}

function cellText(text: string, { x, y, width, height }: Box, background: string, fontSize: number): Option {
  return {
    type: 'text',
    style: {
      text,
      x: tenth(x + width / 2),
      y: tenth(y + height / 2),
      align: 'center',
      verticalAlign: 'middle',
      fontSize,
      fill: brightness(background) > 0.55 ? '#1f2328' : '#ffffff',
    },
  };
}

/** Perceived brightness of #rrggbb, 0 to 1. */
export function brightness(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as [
    number,
    number,
    number,
  ];
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

/** Neighbours in a row that have the same shade are one rectangle, and all rectangles of a shade one path. */
function merged(trace: HeatmapTrace, box: (i: number, j: number, span: number) => Box): Option[] {
  const paths = new Map<number, string[]>();
  const shade = (value: number | null | undefined): number =>
    value === null || value === undefined ? -1 : Math.round(share(trace, value) * (SHADES - 1));
  trace.z.forEach((row, i) => {
    for (let j = 0; j < row.length;) {
      const here = shade(row[j]);
      let end = j + 1;
      while (end < row.length && shade(row[end]) === here) end++;
      if (here >= 0) {
        const { x, y, width, height } = box(i, j, end - j);
        const [right, bottom] = [tenth(x + width), tenth(y + height)];
        const list = paths.get(here) ?? [];
        list.push(`M${x} ${y}L${right} ${y}L${right} ${bottom}L${x} ${bottom}Z`);
        paths.set(here, list);
      }
      j = end;
    }
  });
  return [...paths].map(([here, list]) => ({
    type: 'path',
    shape: { pathData: list.join('') },
    style: { fill: scaleColor(trace.colorscale, here / (SHADES - 1)) },
  }));
}
