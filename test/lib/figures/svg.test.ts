import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  barFigure,
  heatmapFigure,
  lineFigure,
  runFigure,
  type Figure,
} from '../../../lib/dist/figures/index.js';
import { figureSvg } from '../../../lib/dist/figures/svg/index.js';
import { sampleRun } from './sample-run.js';
import { elementsOf, HOSTILE } from './support.js';

const many = Array.from({ length: 20 }, (_, i) => ({
  name: `series ${i}`,
  y: Array.from({ length: 1000 }, (_, j) => Math.sin(i + j / 9) + i),
}));
const figures: Record<string, Figure> = {
  run: runFigure(sampleRun()),
  dark: runFigure(sampleRun(), { dark: true }),
  'diverged run': runFigure(sampleRun({ divergesAt: 200 })),
  'run of 100,000 steps': runFigure(sampleRun({ epochs: 100, stepsPerEpoch: 1000 })),
  'run of 40 layers': runFigure(sampleRun({ layers: Array.from({ length: 40 }, (_, i) => `a_rather_long_layer_name_${i}`), divergesAt: 400 })),
  'empty run': runFigure(sampleRun({ epochs: 0 })),
  '20 × 1,000 points': lineFigure({ series: many, title: 'x'.repeat(500) }),
  'large matrix': heatmapFigure({ z: Array.from({ length: 200 }, (_, i) => Float32Array.from({ length: 300 }, (_, j) => Math.sin(i * j))) }),
  bars: barFigure({ x: ['a', 'b'], series: [{ name: 's', y: [1, NaN] }], showValues: true }),
  'many bars': barFigure({ x: Array.from({ length: 60 }, (_, i) => `class ${i}`), series: many.slice(0, 2).map(({ name, y }) => ({ name, y: y.slice(0, 60) })) }),
  hostile: runFigure(sampleRun({ layers: HOSTILE, metrics: HOSTILE })),
}; // prettier-ignore

test.each(Object.entries(figures))('%s: small, standalone, harmless', (_, figure) => {
  const svg = figureSvg(figure, { title: '<b>"what" & why</b>' });
  expect(Buffer.byteLength(svg)).toBeLessThanOrEqual(30_000);
  const allowed = new Set([
    'polygon',
    'svg',
    'title',
    'rect',
    'path',
    'circle',
    'text',
    'g',
    'defs',
    'clipPath',
    'linearGradient',
    'stop',
  ]);
  const elements = elementsOf(svg);
  expect(elements.map(({ name }) => name).filter((name) => !allowed.has(name))).toEqual([]);
  for (const [name, value] of elements.flatMap(({ attributes }) => Object.entries(attributes))) {
    expect(name).not.toMatch(/^on|href|style/);
    expect(value).not.toMatch(/NaN|undefined|Infinity|url\((?!#)|javascript:|zr\d+-/);
  }
  expect(svg).toContain(`fill="${figure.layout.paper_bgcolor}"`);
});

test('names are written as text', () => {
  const svg = figureSvg(lineFigure({ title: 'A & B <i>', series: [{ name: '<script>', y: [1] }, { name: 'b', y: [2] }] })); // prettier-ignore
  expect(svg).toContain('>A &amp; B &lt;i&gt;</text>');
  expect(svg).toContain('>&lt;script&gt;</text>');
});

test('the same figure gives the same picture; two pictures share no id', () => {
  const ids = (svg: string): string[] => [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id as string);
  const [a, b] = [figureSvg(figures['run'] as Figure), figureSvg(figures['dark'] as Figure)];
  expect(figureSvg(figures['run'] as Figure)).toBe(a);
  expect(ids(a).length).toBeGreaterThan(0);
  expect(ids(a).filter((id) => ids(b).includes(id))).toEqual([]);
});

test('it takes the size it is told', () => {
  expect(figureSvg(figures['bars'] as Figure, { width: 500, height: 300 })).toMatch(
    /^<svg width="500" height="300"/,
  );
  expect(() => figureSvg(figures['bars'] as Figure, { width: 0 })).toThrow(
    'figureSvg: width must be more than 0, got 0.',
  );
});

test('importing the library does not load ECharts', () => {
  const script = `require('./lib/dist/figures/index.js'); require('./lib/dist/figures/bundle.js');
    process.stdout.write(String(Object.keys(require.cache).filter((file) => /node_modules.echarts/.test(file)).length))`;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('0');
});
