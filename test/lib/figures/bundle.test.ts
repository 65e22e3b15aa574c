import { expect, test } from 'vitest';
import { figureBundle, PLOTLY_MIME, runBundle } from '../../../lib/dist/figures/bundle.js';
import { lineFigure, type Figure } from '../../../lib/dist/figures/index.js';
import { readSnapshot, RUN_MIME } from '../../../lib/dist/run/index.js';
import { sampleRun } from './sample-run.js';
import { HOSTILE, named } from './support.js';

const size = (value: unknown): number =>
  Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
/** Bytes that an output's data takes in a notebook file, as nbformat writes it. */
const inFile = (value: unknown): number =>
  Buffer.byteLength(JSON.stringify(value, undefined, 1).replace(/^/gm, ' '.repeat(6)));
const long = (i: number): string => `${i} ${'a long label '.repeat(20)}`;
const runs = {
  usual: sampleRun(),
  diverged: sampleRun({ divergesAt: 200 }),
  'many metrics and layers': sampleRun({
    epochs: 10,
    stepsPerEpoch: 100,
    layers: Array.from({ length: 60 }, (_, i) => long(i)),
    metrics: Array.from({ length: 6 }, (_, i) => long(i)),
  }),
  '100,000 steps': sampleRun({ epochs: 100, stepsPerEpoch: 1000, divergesAt: 90_000 }),
  hostile: sampleRun({ layers: HOSTILE, metrics: HOSTILE }),
  'nothing yet': sampleRun({ epochs: 0 }),
};

test.each(Object.entries(runs))('a run (%s) keeps to the budgets in all its forms', (_, record) => {
  const bundle = runBundle(record, 7);
  expect(Object.keys(bundle)).toEqual([RUN_MIME, PLOTLY_MIME, 'image/svg+xml', 'text/plain']);
  expect(size(bundle[RUN_MIME])).toBeLessThanOrEqual(100_000);
  expect(inFile(bundle[PLOTLY_MIME])).toBeLessThanOrEqual(60_000);
  expect(size(bundle['image/svg+xml'])).toBeLessThanOrEqual(30_000);
  expect(inFile(bundle)).toBeLessThan(200_000);
  expect(bundle['text/plain']).not.toContain('\n');
  const read = readSnapshot(JSON.parse(JSON.stringify(bundle[RUN_MIME])));
  expect([read.record.id, read.seq]).toEqual([record.id, 7]);
});

test('20 series of 1,000 points with long labels keep to the budgets', () => {
  const series = Array.from({ length: 20 }, (_, i) => ({
    name: long(i),
    y: Array.from({ length: 1000 }, (_, j) => Math.sin(j / (i + 1)) * 1.2345678 + i),
  }));
  const bundle = figureBundle(lineFigure({ series, title: long(0) }), 'twenty lines');
  const plotly = bundle[PLOTLY_MIME] as Figure;
  expect(inFile(plotly)).toBeLessThanOrEqual(60_000);
  expect(inFile(plotly)).toBeGreaterThan(45_000);
  expect(size(bundle['image/svg+xml'])).toBeLessThanOrEqual(30_000);
  expect(size(bundle['image/svg+xml'])).toBeGreaterThan(20_000);
  expect(plotly.data).toHaveLength(20);
});

test('NaN and Infinity survive in the Plotly JSON as marks that say so', () => {
  const figure = JSON.parse(JSON.stringify(runBundle(runs.diverged, 0)[PLOTLY_MIME])) as Figure;
  expect(named(figure, 'NaN, ±∞').text?.some((text) => text === 'batch_loss: NaN')).toBe(true);
  const marks = figure.data.flatMap((trace) => (trace.type === 'scatter' ? (trace.text ?? []) : []));
  expect(marks.some((text) => text.includes('conv2d_1: Infinity'))).toBe(true);
});

test('Plotly offers no upload and no logo', () => {
  expect(runBundle(runs.usual, 0)[PLOTLY_MIME]).toMatchObject({
    config: { displaylogo: false, showSendToCloud: false },
  });
});
