import { textWidth } from '../arrange.js';
import { plain } from '../label.js';
import type { Annotation, ColorBar, HeatmapTrace, Legend, ScatterTrace, Shape, Trace } from '../types.js';
import type { Plane } from './plane.js';
import { dash, tenth, type Option } from './common.js';
import { SYMBOLS } from './scatter.js';

/** Text at a place. */
function text(content: string, x: number, y: number, style: Option): Option {
  return {
    type: 'text',
    silent: true,
    z: 100,
    style: { text: content, x: tenth(x), y: tenth(y), ...style },
  };
}

export function annotation(item: Annotation, plane: Plane): Option {
  const xScale = item.xref === 'paper' ? undefined : plane.x(item.xref);
  const [yId = '', domain] = item.yref.split(' ');
  const yScale = item.yref === 'paper' ? undefined : plane.y(yId);
  const x = xScale?.pixel(item.x) ?? plane.paperX(item.x);
  const y =
    yScale === undefined
      ? plane.paperY(item.y)
      : domain !== undefined
        ? yScale.from + item.y * (yScale.to - yScale.from)
        : yScale.pixel(item.y);
  return text(plain(item.text), x + (item.xshift ?? 0), y - (item.yshift ?? 0), {
    fill: item.font.color,
    fontSize: item.font.size,
    ...(item.font.weight !== undefined ? { fontWeight: item.font.weight } : {}),
    align: item.xanchor,
    verticalAlign: item.yanchor,
  });
}

export function shape(item: Shape, plane: Plane): Option {
  const x = plane.x(item.xref).pixel(item.x0);
  const y = plane.y(item.yref.split(' ')[0] as string);
  const at = (part: number): number => y.from + part * (y.to - y.from);
  return {
    type: 'line',
    silent: true,
    z: 90,
    shape: { x1: x, x2: x, y1: at(item.y0), y2: at(item.y1) },
    style: {
      stroke: item.line.color,
      lineWidth: item.line.width,
      lineDash: item.line.dash === 'solid' ? null : dash(item.line.dash),
    },
  };
}

const SAMPLE = 26;
const SPACE = 16;
const LINE = 19;

/** A legend's entries: a sample of each trace and its name. */
export function legend(id: string, item: Legend, plane: Plane): Option[] {
  const traces = plane.figure.data.filter((trace) => trace.legend === id && trace.showlegend !== false);
  const size = item.font.size ?? 12;
  const widths = traces.map(({ name }) => SAMPLE + 6 + textWidth(name, size + 0.5));
  const [x, y] = [plane.paperX(item.x), plane.paperY(item.y)];
  if (item.orientation === 'v')
    return traces.flatMap((trace, i) => entry(trace, x, y + 10 + i * LINE, item, plane));
  let left = x - widths.reduce((sum, width) => sum + width, 0) - SPACE * (traces.length - 1);
  return traces.flatMap((trace, i) => {
    const elements = entry(trace, left, y - 12, item, plane);
    left += (widths[i] as number) + SPACE;
    return elements;
  });
}

function entry(trace: Trace, x: number, y: number, item: Legend, plane: Plane): Option[] {
  const name = text(plain(trace.name), x + SAMPLE + 6, y, {
    fill: item.font.color,
    fontSize: item.font.size,
    verticalAlign: 'middle',
  });
  if (trace.type === 'scatter') return [...sample(trace, x, y), name];
  const fill = trace.type === 'bar' ? trace.marker.color : plane.figure.layout.font.color;
  return [
    {
      type: 'rect',
      silent: true,
      z: 100,
      shape: { x: x + 8, y: y - 5, width: 14, height: 10 },
      style: { fill },
    },
    name,
  ];
}

function sample(trace: ScatterTrace, x: number, y: number): Option[] {
  const { line, marker, mode, opacity = 1 } = trace;
  const elements: Option[] = [];
  if (mode !== 'markers') {
    elements.push({
      type: 'line',
      silent: true,
      z: 100,
      shape: { x1: x, x2: x + SAMPLE, y1: y, y2: y },
      style: {
        stroke: line?.color,
        lineWidth: line?.width,
        opacity,
        lineDash: line?.dash === 'dot' || line?.dash === 'dash' ? dash(line.dash) : null,
      },
    });
  }
  if (mode !== 'lines' && marker !== undefined) {
    const half = marker.size / 2;
    const style = {
      fill: marker.color,
      ...(marker.line !== undefined ? { stroke: marker.line.color, lineWidth: marker.line.width } : {}),
    };
    const symbol = SYMBOLS[marker.symbol ?? 'circle'];
    elements.push(
      symbol === 'circle'
        ? { type: 'circle', silent: true, z: 101, shape: { cx: x + SAMPLE / 2, cy: y, r: half }, style }
        : pathAt(symbol.slice('path://'.length), x + SAMPLE / 2, y, half, style),
    );
  }
  return elements;
}

/** A closed path of straight pieces in a box of 10 by 10, put around a point. */
function pathAt(pathData: string, x: number, y: number, half: number, style: Option): Option {
  const points = [...pathData.matchAll(/[ML](\S+) ([^MLZ]+)/g)].map(([, px, py]) => [
    x + (Number(px) / 5 - 1) * half,
    y + (Number(py) / 5 - 1) * half,
  ]);
  return { type: 'polygon', silent: true, z: 101, shape: { points }, style };
}

/** The colour scale of a heatmap: a bar with its ticks and title. */
export function colorBar(trace: HeatmapTrace, bar: ColorBar, plane: Plane): Option[] {
  const x = plane.paperX(bar.x);
  const [top, bottom] = [plane.paperY(bar.y + bar.len / 2), plane.paperY(bar.y - bar.len / 2)];
  const colorStops = trace.colorscale.map(([offset, color]) => ({ offset, color }));
  const fill = { type: 'linear', x: 0, y: 1, x2: 0, y2: 0, colorStops };
  const at = (value: number): number =>
    bottom - ((value - trace.zmin) / (trace.zmax - trace.zmin || 1)) * (bottom - top);
  return [
    {
      type: 'rect',
      silent: true,
      z: 100,
      shape: { x, y: top, width: bar.thickness, height: bottom - top },
      style: { fill },
    },
    ...bar.tickvals.map((value, i) =>
      text(plain(bar.ticktext[i] ?? ''), x + bar.thickness + 6, at(value), {
        fill: bar.tickfont.color,
        fontSize: bar.tickfont.size,
        verticalAlign: 'middle',
      }),
    ),
    {
      type: 'text',
      silent: true,
      z: 100,
      x: x + bar.thickness + 56,
      y: (top + bottom) / 2,
      rotation: Math.PI / 2,
      style: {
        text: plain(bar.title.text),
        fill: bar.title.font.color,
        fontSize: bar.title.font.size,
        align: 'center',
        verticalAlign: 'middle',
      },
    },
  ];
}
