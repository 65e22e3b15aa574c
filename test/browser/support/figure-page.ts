import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { Figure } from '../../../lib/dist/figures/index.js';

const pictures = resolve(import.meta.dirname, '../../../out/figures');

export interface PlotlyAxis {
  type: string;
  range: number[];
  /** Pixels of the plot's left or top edge, and its length. */
  offset: number;
  length: number;
}

export interface PlotlyTrace {
  name: string;
  type: string;
  /** Colour of the line or marker as the page drew it. */
  color: string;
  /** Where Plotly puts each of the trace's points on the page, in pixels. */
  points: [number, number][];
  count: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  fill: string;
}

/** What Plotly drew. */
export interface PlotlyPicture {
  axes: Record<string, PlotlyAxis>;
  traces: PlotlyTrace[];
  legend: string[];
  titles: string[];
  bars: Box[];
  /** Colour of the middle of each cell of the first heatmap, row by row. */
  cells: string[][];
}

/** What an SVG holds, as the page reads it. */
export interface SvgPicture {
  lines: { d: string; stroke: string }[];
  fills: { d: string; fill: string }[];
  rects: Box[];
  circles: { x: number; y: number; fill: string }[];
  texts: { text: string; x: number; y: number; anchor: string }[];
  errors: number;
}

/* What of Plotly's insides the comparison reads. */
interface FullAxis {
  type: string;
  range: number[];
  _offset: number;
  _length: number;
  d2p(value: number): number;
}
interface FullTrace {
  name: string;
  type: string;
  x: number[];
  y: (number | null)[];
  z?: (number | null)[][];
  xaxis: string;
  yaxis: string;
}
type Drawn = HTMLElement & { _fullLayout: Record<string, FullAxis>; _fullData: FullTrace[] };
declare const Plotly: {
  newPlot(node: HTMLElement, data: unknown, layout: unknown, config: unknown): Promise<void>;
  purge(node: HTMLElement): void;
};

export async function preparePage(page: Page): Promise<void> {
  await page.setContent('<body style="margin:0"><div id="plot"></div><div id="svg"></div></body>');
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('plotly.js-dist') });
  mkdirSync(pictures, { recursive: true });
}

/** Draws a figure with Plotly at a width, takes its picture and reads what is on the page. */
export async function drawWithPlotly(
  page: Page,
  name: string,
  figure: Figure,
  width: number,
): Promise<PlotlyPicture> {
  const picture = await page.evaluate(
    async ([{ data, layout }, width]) => {
      (document.getElementById('svg') as HTMLElement).replaceChildren();
      const node = document.getElementById('plot') as Drawn;
      Plotly.purge(node);
      node.style.cssText = `width:${width}px;height:${layout.height}px`;
      await Plotly.newPlot(node, data, layout, { displayModeBar: false });
      const full = node._fullLayout;
      const axisOf = (letter: 'x' | 'y', id: string): FullAxis =>
        full[`${letter}axis${id.slice(1)}`] as FullAxis;
      const subplots = (kind: string): Element[] => Array.from(node.querySelectorAll(kind));
      const hex = (css: string): string =>
        '#' + (css.match(/\d+/g) ?? []).slice(0, 3).map((n) => Number(n).toString(16).padStart(2, '0')).join(''); // prettier-ignore
      const drawn = subplots('.scatterlayer .trace').map((trace) => {
        const line = trace.querySelector<SVGElement>('.js-line');
        const point = trace.querySelector<SVGElement>('.points path');
        return hex(line !== null ? line.style.stroke : (point?.style.fill ?? ''));
      });
      const colors = node._fullData.map((trace) => (trace.type === 'scatter' ? (drawn.shift() ?? '') : ''));
      const cells = async (): Promise<string[][]> => {
        const trace = node._fullData.find(({ type }) => type === 'heatmap');
        const source = node.querySelector('.heatmaplayer image');
        if (trace?.z === undefined || source === null) return [];
        const image = new Image();
        image.src =
          source.getAttribute('href') ?? source.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? '';
        await image.decode();
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.width, image.height];
        const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
        pen.drawImage(image, 0, 0);
        const [x, y] = [axisOf('x', trace.xaxis), axisOf('y', trace.yaxis)];
        const at = (
          axis: FullAxis,
          edges: (number | null)[],
          i: number,
          start: number,
          size: number,
          pixels: number,
        ): number =>
          ((axis.d2p(((edges[i] as number) + (edges[i + 1] as number)) / 2) - start) / size) * pixels;
        const number = (attribute: string): number => Number(source.getAttribute(attribute));
        return trace.z.map((row, i) =>
          row.map((_, j) => {
            const px = at(x, trace.x, j, number('x'), number('width'), image.width);
            const py = at(y, trace.y, i, number('y'), number('height'), image.height);
            const [r = 0, g = 0, b = 0] = pen.getImageData(Math.floor(px), Math.floor(py), 1, 1).data;
            return hex(`${r} ${g} ${b}`);
          }),
        );
      };
      return {
        axes: Object.fromEntries(
          Object.keys(full)
            .filter((key) => /^[xy]axis\d*$/.test(key))
            .map((key) => {
              const { type, range, _offset, _length } = full[key] as FullAxis;
              return [key, { type, range: [...range], offset: _offset, length: _length }];
            }),
        ),
        traces: node._fullData.map((trace, i) => {
          const [x, y] = [axisOf('x', trace.xaxis), axisOf('y', trace.yaxis)];
          const points: [number, number][] = [];
          if (trace.type === 'scatter') {
            trace.x.forEach((at, j) => {
              const value = trace.y[j] ?? null;
              if (value !== null) points.push([x._offset + x.d2p(at), y._offset + y.d2p(value)]);
            });
          }
          return {
            name: trace.name,
            type: trace.type,
            color: colors[i] as string,
            points,
            count: trace.x.length,
          };
        }),
        legend: subplots('text[class^="legend"]').map((text) => text.textContent ?? ''),
        titles: subplots('.annotation-text, .xtitle, .ytitle, .x2title, .y2title, .x3title, .y3title').map(
          (text) => text.textContent ?? '',
        ),
        bars: subplots('.barlayer .point path').map((bar) => {
          const { x, y, width, height } = bar.getBoundingClientRect();
          return { x, y, width, height, fill: hex((bar as SVGElement).style.fill) };
        }),
        cells: await cells(),
      };
    },
    [figure, width] as const,
  );
  await page.locator('#plot').screenshot({ path: join(pictures, `${name}-plotly.png`) });
  return picture;
}

/** Puts an SVG into the page, takes its picture and reads its elements. */
export async function showSvg(page: Page, name: string, svg: string): Promise<SvgPicture> {
  const picture = await page.evaluate((svg) => {
    const plot = document.getElementById('plot') as HTMLElement;
    Plotly.purge(plot);
    plot.style.cssText = '';
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    const root = document.importNode(parsed.documentElement, true);
    (document.getElementById('svg') as HTMLElement).replaceChildren(root);
    const all = <T extends Element>(selector: string): T[] =>
      Array.from(root.querySelectorAll<T>(selector)).filter((node) => node.closest('defs') === null);
    const get = (node: Element, name: string): string => node.getAttribute(name) ?? '';
    const paths = all('path').map((node) => ({
      d: get(node, 'd'),
      fill: get(node, 'fill'),
      stroke: get(node, 'stroke'),
    }));
    return {
      lines: paths.filter(({ fill }) => fill === 'none'),
      fills: paths.filter(({ fill }) => fill !== 'none'),
      rects: all<SVGRectElement>('rect').map((node) => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return { x, y, width, height, fill: get(node, 'fill') };
      }),
      circles: all('circle').map((node) => ({
        x: Number(get(node, 'cx')),
        y: Number(get(node, 'cy')),
        fill: get(node, 'fill'),
      })),
      texts: all<SVGTextElement>('text').map((node) => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return {
          text: node.textContent ?? '',
          x: x + width / 2,
          y: y + height / 2,
          anchor: get(node, 'text-anchor'),
        };
      }),
      errors: parsed.querySelectorAll('parsererror').length,
    };
  }, svg);
  await page.locator('#svg svg').screenshot({ path: join(pictures, `${name}-svg.png`) });
  return picture;
}
