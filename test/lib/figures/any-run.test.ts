import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runFigure, runText } from '../../../lib/dist/figures/index.js';
import { figureSvg } from '../../../lib/dist/figures/svg/index.js';
import { RunRecord, type SeriesSpec } from '../../../lib/dist/run/index.js';
import { sampleRun } from './sample-run.js';
import { elementsOf, numbersOf } from './support.js';

const full = process.env.GRADOSCOPE_FULL === '1';
const { header } = sampleRun({ epochs: 0 });
const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, NaN, Infinity, -Infinity));
const known = fc.constantFrom(
  'loss',
  'val_loss',
  'batch_loss',
  'accuracy',
  'gradient_norm',
  'global_gradient_norm',
  'learning_rate',
);
const name = fc.oneof(known, fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }));

const spec: fc.Arbitrary<SeriesSpec> = fc
  .tuple(
    name,
    fc.constantFrom('scalar', 'vector', 'histogram', 'event'),
    fc.integer({ min: 0, max: 14 }),
    fc.string(),
    fc.boolean(),
  )
  .map(([name, kind, n, unit, wide]) => ({
    name,
    unit,
    kind: kind as SeriesSpec['kind'],
    shape: kind === 'scalar' || kind === 'event' ? [] : wide ? [n] : [n, 2],
    dtype: wide ? 'float64' : 'float32',
  }));

const record = fc
  .array(fc.tuple(spec, fc.array(fc.tuple(number, number, number), { maxLength: 6 })), { maxLength: 6 })
  .map((all) => {
    const run = new RunRecord(header);
    for (const [spec, rows] of all) {
      if (run.series.has(spec.name)) continue;
      const series = run.declare(spec);
      rows.forEach(([epoch, a, b], step) => {
        const value = Array.from({ length: series.size }, (_, i) => (i % 2 === 0 ? a : b));
        series.append({ step, time: a, epoch, examples: b }, spec.kind === 'event' ? String(a) : value);
      });
    }
    return run;
  });

test('any run at all becomes a figure of finite numbers, and a picture', () => {
  fc.assert(
    fc.property(record, fc.integer({ min: 200, max: 1500 }), (run, width) => {
      const figure = runFigure(run, { width, maxPoints: 5 });
      expect(numbersOf(figure).every(Number.isFinite)).toBe(true);
      expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
      for (const [key, axis] of Object.entries(figure.layout)) {
        if (/^[xy]axis/.test(key))
          expect((axis as { range: number[] }).range[0]).not.toBe((axis as { range: number[] }).range[1]);
      }
      expect(runText(run)).not.toMatch(/\n/);
      for (const { attributes } of elementsOf(figureSvg(figure, { width })))
        expect(Object.values(attributes).join(' ')).not.toMatch(/NaN|Infinity|undefined/);
    }),
    { numRuns: full ? 600 : 60 },
  );
});
