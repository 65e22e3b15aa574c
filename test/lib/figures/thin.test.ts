import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteLength, thinFigure, thinPoints } from '../../../lib/dist/figures/thin.js';
import { heatmapFigure, lineFigure } from '../../../lib/dist/figures/index.js';
import { heatmaps, scatters } from './support.js';

test('thinned lines keep ends and extremes, in order, within the budget', () => {
  const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 400 }),
      fc.integer({ min: 5, max: 60 }),
      (y, budget) => {
        const rows = thinPoints(y, budget);
        expect(rows.length).toBeLessThanOrEqual(Math.max(budget, Math.min(y.length, budget)));
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        expect([rows[0], rows[rows.length - 1]]).toEqual([0, y.length - 1]);
        const finite = (values: readonly (number | null)[]): number[] =>
          values.filter((v): v is number => v !== null);
        const kept = finite(rows.map((row) => y[row] as number | null));
        expect(Math.max(...kept)).toBe(Math.max(...finite(y)));
        expect(Math.min(...kept)).toBe(Math.min(...finite(y)));
      },
    ),
  );
});

test('short traces stay whole and long ones share the rest', () => {
  const y = Array.from({ length: 1000 }, (_, i) => Math.sin(i));
  const figure = lineFigure({ series: [{ name: 'long', y }, { name: 'short', y: [1, 2, 3] }] }); // prettier-ignore
  const [long, short] = scatters(thinFigure(figure, 100));
  expect(short?.y).toEqual([1, 2, 3]);
  expect(long?.y.length).toBeGreaterThan(80);
  expect(long?.y.length).toBeLessThanOrEqual(97);
});

test('cells of a heatmap become means of their neighbours', () => {
  const z = Array.from({ length: 40 }, (_, i) => Array.from({ length: 40 }, (_, j) => i + j));
  const [map] = heatmaps(thinFigure(heatmapFigure({ z }), 16));
  expect([map?.z.length, map?.z[0]?.length]).toEqual([4, 4]);
  expect(map?.z[0]?.[0]).toBe(9);
  expect(map?.x).toEqual([-0.5, 9.5, 19.5, 29.5, 39.5]);
});

test('bytes are those of UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});
