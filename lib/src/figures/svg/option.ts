import { textWidth } from '../arrange.js';
import { plain } from '../label.js';
import type { Axis, Figure, Legend } from '../types.js';
import { annotation, colorBar, legend, shape } from './graphic.js';
import type { Option } from './common.js';
import { partOf, type Plane } from './plane.js';
import { seriesOf } from './series.js';
import { ticksOf } from './ticks.js';

/** ids of a figure's x axes, in order. */
const panelIds = (figure: Figure): string[] =>
  Object.keys(figure.layout)
    .filter((key) => key.startsWith('xaxis'))
    .map((key) => key.slice('xaxis'.length))
    .sort((a, b) => Number(a) - Number(b));

/** A figure as an ECharts option that draws the same picture. */
export function optionOf(plane: Plane): Option {
  const { figure } = plane;
  const { layout } = figure;
  const ids = panelIds(figure);
  const legends = Object.keys(layout).filter((key) => /^legend\d*$/.test(key));
  return {
    animation: false,
    backgroundColor: layout.paper_bgcolor,
    textStyle: { fontFamily: layout.font.family },
    grid: ids.map((id) => grid(id, plane)),
    xAxis: ids.map((id, i) => axis(layout[`xaxis${id}`] as Axis, i, 'x')),
    yAxis: ids.map((id, i) => axis(layout[`yaxis${id}`] as Axis, i, 'y')),
    series: figure.data.map((trace) => seriesOf(trace, ids.indexOf(trace.xaxis.slice(1)), plane)),
    graphic: [
      ...layout.shapes.map((item) => shape(item, plane)),
      ...layout.annotations.map((item) => annotation(item, plane)),
      ...legends.flatMap((id) => legend(id, layout[id as 'legend'] as Legend, plane)),
      ...figure.data.flatMap((trace) =>
        trace.type === 'heatmap' && trace.showscale && trace.colorbar !== undefined
          ? colorBar(trace, trace.colorbar, plane)
          : [],
      ),
    ],
  };
}

function grid(id: string, plane: Plane): Option {
  const [x, y] = [plane.x(`x${id}`), plane.y(`y${id}`)];
  return {
    left: x.from,
    top: y.to,
    width: x.to - x.from,
    height: y.from - y.to,
    containLabel: false,
    outerBoundsMode: 'none',
  };
}

/** ECharts' axis runs from 0 to 1, whatever the figure's range: what it rounds and how it places ticks is no concern of the figure. */
function axis(spec: Axis, gridIndex: number, side: 'x' | 'y'): Option {
  const ticks = ticksOf(spec);
  const customValues = ticks.map(({ at }) => partOf(spec, at));
  const textAt = (part: number): string =>
    ticks.find(({ at }) => Math.abs(partOf(spec, at) - part) < 1e-6)?.text ?? '';
  const size = spec.tickfont.size ?? 11;
  const fontSize = spec.type === 'log' ? size + 1 : size;
  const widest = Math.max(0, ...ticks.map(({ text }) => textWidth(text, fontSize)));
  const tilt = side === 'x' && spec.tickangle !== undefined && spec.tickangle !== 0;
  return {
    type: 'value',
    gridIndex,
    min: 0,
    max: 1,
    position: side === 'x' ? 'bottom' : 'left',
    name: plain(spec.title.text),
    nameLocation: 'middle',
    nameGap: side === 'y' ? widest + 18 : tilt ? widest * 0.7 + 26 : 23,
    nameTextStyle: { color: spec.title.font.color, fontSize: spec.title.font.size },
    axisLine: { show: spec.showline, onZero: false, lineStyle: { color: spec.linecolor, width: 1 } },
    axisTick: {
      show: spec.ticks !== '',
      length: spec.ticklen,
      customValues,
      lineStyle: { color: spec.tickcolor },
    },
    splitLine: { show: spec.showgrid, customValues, lineStyle: { color: spec.gridcolor, width: 1 } },
    axisLabel: {
      customValues,
      color: spec.tickfont.color,
      fontSize,
      margin: 7,
      hideOverlap: false,
      showMinLabel: true,
      showMaxLabel: true,
      ...(tilt ? { rotate: -(spec.tickangle as number) } : {}),
      formatter: textAt,
    },
    silent: true,
    triggerEvent: false,
  };
}
