import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  barFigure,
  heatmapFigure,
  lineFigure,
  runFigure,
  type Figure,
  type HeatmapTrace,
} from '../../lib/dist/figures/index.js';
import { figureSvg } from '../../lib/dist/figures/svg/index.js';
import { sampleRun } from '../lib/figures/sample-run.js';
import { HOSTILE } from '../lib/figures/support.js';
import { startChromium } from './support/chromium.js';
import {
  drawWithPlotly,
  preparePage,
  showSvg,
  type Box,
  type PlotlyPicture,
  type SvgPicture,
} from './support/figure-page.js';

/** Nothing is thinned: the whole picture is compared. */
const WHOLE = 10_000_000;
const PIXEL = 1;

const sine = Array.from({ length: 200 }, (_, i) => i / 20);
const digits = Array.from('0123456789');
const confusion = digits.map((_, i) => digits.map((_, j) => (i === j ? 900 + 10 * i : (i * 7 + j * 3) % 23)));
const layers = Array.from({ length: 16 }, (_, i) => `block_${i}`);
const figures: Record<string, { figure: Figure; width: number }> = {
  run: { figure: runFigure(sampleRun()), width: 900 },
  'run-dark-narrow': { figure: runFigure(sampleRun(), { dark: true, width: 560 }), width: 560 },
  'run-diverged': { figure: runFigure(sampleRun({ divergesAt: 200 })), width: 900 },
  'run-16-layers': { figure: runFigure(sampleRun({ layers, epochs: 2, stepsPerEpoch: 40 })), width: 900 },
  'run-hostile': {
    figure: runFigure(sampleRun({ layers: HOSTILE, metrics: HOSTILE.slice(0, 2) })),
    width: 900,
  },
  lines: {
    figure: lineFigure({
      title: 'Damped & driven',
      xTitle: 'time (s)',
      yTitle: 'height (m)',
      series: [
        { name: 'a <b>', x: sine, y: sine.map((x) => Math.sin(x) * Math.exp(-x / 5)) },
        { name: 'b', x: sine, y: sine.map((x) => (x > 3 && x < 4 ? NaN : Math.cos(x))) },
      ],
    }),
    width: 640,
  },
  confusion: {
    figure: heatmapFigure({
      z: confusion,
      x: digits,
      y: digits,
      title: 'Confusion',
      xTitle: 'predicted',
      yTitle: 'true',
      showValues: true,
    }),
    width: 640,
  },
  bars: {
    figure: barFigure({
      title: 'Recall by class',
      x: digits,
      xTitle: 'digit',
      yTitle: 'recall',
      series: [
        { name: 'training', y: digits.map((_, i) => 0.99 - 0.01 * (i % 4)) },
        { name: 'validation', y: digits.map((_, i) => 0.97 - 0.03 * (i % 3)) },
      ],
    }),
    width: 640,
  },
};

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await startChromium();
  page = await browser.newPage({ viewport: { width: 1000, height: 1000 } });
  await preparePage(page);
});
afterAll(() => browser?.close());

describe.each(Object.entries(figures))('%s', (name, { figure, width }) => {
  let plotly: PlotlyPicture;
  let svg: SvgPicture;
  beforeAll(async () => {
    plotly = await drawWithPlotly(page, name, figure, width);
    svg = await showSvg(page, name, figureSvg(figure, { width, maxBytes: WHOLE }));
    expect(svg.errors).toBe(0);
    // Its own background: a page may be dark or light.
    expect(svg.rects[0]).toMatchObject({ x: 0, y: 0, width, fill: figure.layout.paper_bgcolor });
  });

  test('Plotly takes the ranges that the figure gives', () => {
    for (const [key, axis] of Object.entries(plotly.axes)) {
      const { range, type } = figure.layout[key as 'xaxis'] ?? { range: [], type: '' };
      expect(axis.type).toBe(type);
      axis.range.forEach((end, i) => expect(end).toBeCloseTo(range[i] as number, 9));
    }
  });

  test('tick labels of the SVG stand where Plotly has their values', () => {
    let checked = 0;
    for (const key of Object.keys(plotly.axes)) {
      for (const { value, pixel } of ticks(svg, plotly, key)) {
        expect(Math.abs(pixel - pixelOf(plotly, key, value))).toBeLessThanOrEqual(PIXEL + 0.5);
        checked++;
      }
    }
    expect(checked).toBeGreaterThanOrEqual(4 * Object.keys(plotly.axes).length - 2);
  });

  test('every line has Plotly’s colour and runs through the same pixels', () => {
    const wanted = plotly.traces.filter(({ type, points }) => type === 'scatter' && points.length > 1);
    for (const trace of wanted) {
      const own = [
        ...svg.lines.filter(({ stroke }) => stroke === trace.color),
        ...svg.fills.filter(({ fill }) => fill === trace.color),
      ];
      const vertices = own.flatMap(({ d }) => verticesOf(d));
      const symbol = figure.data.find(
        (other) => other.name === trace.name && other.type === 'scatter' && other.mode === 'markers',
      );
      const reach = symbol === undefined ? PIXEL : 5; // the corners of a symbol lie around its point
      expect(own.length, trace.name).toBeGreaterThan(0);
      for (const point of trace.points)
        expect(nearest(point, vertices), trace.name).toBeLessThanOrEqual(reach);
    }
  });

  test('the SVG has no line that Plotly has not', () => {
    const all = plotly.traces.flatMap(({ points }) => points);
    const symbols = figure.data
      .filter((trace) => trace.type === 'scatter' && trace.mode === 'markers')
      .map((trace) => trace.name);
    const colors = new Set(
      plotly.traces
        .filter((trace) => trace.color !== '' && !symbols.includes(trace.name))
        .map(({ color }) => color),
    );
    const inPlots = svg.lines.filter(({ stroke, d }) => colors.has(stroke) && verticesOf(d).length > 2);
    for (const { d } of inPlots)
      for (const vertex of verticesOf(d)) expect(nearest(vertex, all)).toBeLessThanOrEqual(PIXEL);
  });

  test('legends and titles read the same', () => {
    const texts = svg.texts.map(({ text }) => text);
    for (const entry of [...plotly.legend, ...plotly.titles]) expect(texts).toContain(entry);
    for (const entry of new Set(plotly.legend)) {
      expect(texts.filter((text) => text === entry).length).toBeGreaterThanOrEqual(
        plotly.legend.filter((text) => text === entry).length,
      );
    }
  });

  test('bars are the same boxes in the same colours', () => {
    const colors = new Set(plotly.bars.map(({ fill }) => fill));
    const bars = boxesOf(svg).filter(
      ({ fill, width, height }) => colors.has(fill) && !(width === 14 && height === 10),
    ); // legend samples
    expect(bars).toHaveLength(plotly.bars.length);
    plotly.bars.forEach((bar, i) => expect(distance(bar, bars[i] as Box)).toBeLessThanOrEqual(PIXEL));
  });

  test('cells of a heatmap have Plotly’s colours', () => {
    const map = figure.data.find((trace): trace is HeatmapTrace => trace.type === 'heatmap');
    if (map === undefined) return expect(plotly.cells).toEqual([]);
    const count = map.z.length * (map.z[0]?.length ?? 0);
    expect(plotly.cells.flat()).toHaveLength(count);
    const boxes = boxesOf(svg);
    if (count <= 150) expect(boxes).toHaveLength(count);
    const [x, y] = [`xaxis${map.xaxis.slice(1)}`, `yaxis${map.yaxis.slice(1)}`];
    map.z.forEach((row, i) =>
      row.forEach((_, j) => {
        const px = pixelOf(plotly, x, ((map.x[j] as number) + (map.x[j + 1] as number)) / 2);
        const py = pixelOf(plotly, y, ((map.y[i] as number) + (map.y[i + 1] as number)) / 2);
        const box = boxes.find((b) => b.x <= px && px <= b.x + b.width && b.y <= py && py <= b.y + b.height);
        expect(box, `cell ${i},${j}`).toBeDefined();
        // A large map is drawn in 24 shades.
        expect(colorDistance(box?.fill ?? '', plotly.cells[i]?.[j] ?? '')).toBeLessThanOrEqual(
          count <= 150 ? 3 : 16,
        );
      }),
    );
  });

  test('thinned to fit a notebook, lines still run along Plotly’s points', async () => {
    const small = figureSvg(figure, { width });
    expect(Buffer.byteLength(small)).toBeLessThanOrEqual(30_000);
    const thinned = await showSvg(page, `${name}-30kB`, small);
    const lines = figure.data
      .filter((trace) => trace.type === 'scatter' && trace.mode !== 'markers')
      .map((trace) => trace.name);
    for (const trace of plotly.traces.filter(
      (other) => other.points.length > 10 && lines.includes(other.name),
    )) {
      const drawn = thinned.lines.filter(
        ({ stroke, d }) => stroke === trace.color && verticesOf(d).length > 2,
      );
      const same = plotly.traces.filter(({ color }) => color === trace.color).flatMap(({ points }) => points);
      for (const vertex of drawn.flatMap(({ d }) => verticesOf(d)))
        expect(nearest(vertex, same)).toBeLessThanOrEqual(PIXEL);
    }
  });
});

test('names that try to be links or scripts are text in Plotly too', async () => {
  const { figure, width } = figures['run-hostile'] as { figure: Figure; width: number };
  const { legend } = await drawWithPlotly(page, 'run-hostile', figure, width);
  expect(legend).toContain('<script>alert(1)</s…');
  expect(legend).toContain('%{y} %{fullData.nam…');
  expect(await page.locator('#plot a, #plot script, #plot b').count()).toBe(0);
});

function pixelOf(plotly: PlotlyPicture, key: string, value: number): number {
  const { type, range, offset, length } = plotly.axes[key] as PlotlyPicture['axes'][string];
  const [low, high] = range as [number, number];
  const part = ((type === 'log' ? Math.log10(value) : value) - low) / (high - low);
  return key.startsWith('x') ? offset + part * length : offset + (1 - part) * length;
}

/** Numbers written along an axis and where they stand. */
function ticks(svg: SvgPicture, plotly: PlotlyPicture, key: string): { value: number; pixel: number }[] {
  const number = key.slice(5);
  const [x, y] = [plotly.axes[`xaxis${number}`], plotly.axes[`yaxis${number}`]] as [
    { offset: number; length: number },
    { offset: number; length: number },
  ];
  const bottom = y.offset + y.length;
  return svg.texts.flatMap((text) => {
    const value = valueOf(text.text);
    const beside =
      text.anchor === 'end' &&
      text.x < x.offset &&
      text.x > x.offset - 60 &&
      text.y >= y.offset - 2 &&
      text.y <= bottom + 2;
    const below =
      text.anchor === 'middle' &&
      text.y > bottom &&
      text.y < bottom + 20 &&
      text.x >= x.offset - 2 &&
      text.x <= x.offset + x.length + 2;
    if (Number.isNaN(value) || !(key.startsWith('x') ? below : beside)) return [];
    return [{ value, pixel: key.startsWith('x') ? text.x : text.y }];
  });
}

function valueOf(text: string): number {
  const power = /^10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(text)?.[1];
  if (power !== undefined)
    return (
      10 ** Number(Array.from(power, (c) => (c === '⁻' ? '-' : String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c)))).join(''))
    );
  const named = /^block_(\d+)$/.exec(text)?.[1];
  return text === '' ? NaN : Number(named ?? text.replace('−', '-'));
}

/** Vertices of a path of `M`, `L`, `l` and `z`. */
function verticesOf(d: string): [number, number][] {
  const out: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, command, rest = ''] of d.matchAll(/([MLlz])([^MLlz]*)/g)) {
    const numbers = (rest.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      const [a, b] = [numbers[i] as number, numbers[i + 1] as number];
      [x, y] = command === 'l' ? [x + a, y + b] : [a, b];
      out.push([x, y]);
    }
  }
  return out;
}

const nearest = ([x, y]: [number, number], points: readonly [number, number][]): number =>
  points.reduce((least, [a, b]) => Math.min(least, Math.max(Math.abs(a - x), Math.abs(b - y))), Infinity);

const distance = (a: Box, b: Box): number =>
  a.fill === b.fill
    ? Math.max(
        Math.abs(a.x - b.x),
        Math.abs(a.y - b.y),
        Math.abs(a.width - b.width),
        Math.abs(a.height - b.height),
      )
    : Infinity;

/** Every filled box of the picture: closed pieces of paths with four corners. The colour scale is filled with a gradient and left out. */
function boxesOf(svg: SvgPicture): Box[] {
  return svg.fills.flatMap(({ d, fill }) =>
    (d.match(/M[^zZ]*[zZ]/g) ?? []).flatMap((piece) => {
      const corners = verticesOf(piece);
      if (corners.length !== 4 || !fill.startsWith('#')) return [];
      const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return [{ x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y, fill }];
    }),
  );
}

function colorDistance(a: string, b: string): number {
  const channels = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [p, q] = [channels(a), channels(b)];
  return Math.max(...p.map((value, i) => Math.abs(value - (q[i] as number))));
}
