import { describe, expect, test } from 'vitest';
import { runFigure, type Axis } from '../../../lib/dist/figures/index.js';
import { RunRecord } from '../../../lib/dist/run/index.js';
import { LAYERS, sampleRun } from './sample-run.js';
import { heatmaps, HOSTILE, named, numbersOf, scatters, textsOf } from './support.js';

const empty = (): RunRecord => new RunRecord({ ...sampleRun({ epochs: 1, stepsPerEpoch: 1 }).header });
const at = (step: number): { step: number; time: number; epoch: number; examples: number } => ({
  step,
  time: step,
  epoch: step / 10,
  examples: step,
});
const titles = (figure: ReturnType<typeof runFigure>): string[] =>
  figure.layout.annotations.filter(({ xref }) => xref === 'paper').map(({ text }) => text);

describe('panels', () => {
  test('are loss, metrics and gradient norms, each with its axes', () => {
    const figure = runFigure(sampleRun());
    expect(titles(figure)).toEqual(['Loss', 'Accuracy', 'Gradient norm by layer']);
    expect(scatters(figure).map(({ name, yaxis }) => `${yaxis} ${name}`)).toEqual([
      'y batch', 'y training', 'y validation', 'y2 batch', 'y2 training', 'y2 validation',
      ...[...LAYERS, 'all layers'].map((name) => `y3 ${name}`),
    ]); // prettier-ignore
    expect(figure.layout.yaxis3?.type).toBe('log');
    for (const axis of ['xaxis', 'xaxis2', 'xaxis3'] as const)
      expect(figure.layout[axis]?.title.text).toBe('epoch');
  });

  test('do not overlap, at any width', () => {
    for (const width of [300, 560, 720, 900, 1600]) {
      const { layout } = runFigure(sampleRun({ metrics: ['accuracy', 'precision', 'recall'] }), { width });
      const boxes = ['', '2', '3'].map((n) =>
        [layout[`xaxis${n}`] as Axis, layout[`yaxis${n}`] as Axis].map(({ domain }) => domain),
      );
      boxes.forEach(([x, y], i) => {
        for (const [from, to] of [x, y] as [number, number][])
          expect(0 <= from && from < to && to <= 1).toBe(true);
        for (const [otherX, otherY] of boxes.slice(i + 1)) {
          const apart = (a: number[] | undefined, b: number[] | undefined): boolean =>
            (a?.[1] as number) <= (b?.[0] as number) || (b?.[1] as number) <= (a?.[0] as number);
          expect(apart(x, otherX) || apart(y, otherY)).toBe(true);
        }
      });
    }
  });

  test('hold any scalar and vector that a run records', () => {
    const record = empty();
    record.scalar('mean_error', at(1), 3, 'mm');
    record.scalar('f1', at(1), 0.5);
    record.declare({ name: 'weights', unit: '', kind: 'vector', shape: [2], dtype: 'float32' });
    record.append('weights', at(1), [1, 2]);
    record.scalar('learning_rate', at(1), 0.1);
    record.scalar('learning_rate', at(2), 0.001);
    const figure = runFigure(record);
    expect(titles(figure)).toEqual(['Mean error', 'F1', 'Weights', 'Learning rate']);
    expect(figure.layout.yaxis?.title.text).toBe('mean error (mm)');
    expect(figure.layout.yaxis4?.type).toBe('log');
  });

  test('a constant learning rate has none', () => {
    expect(titles(runFigure(sampleRun()))).not.toContain('Learning rate');
  });

  test('layer colours run from dark to light in order', () => {
    const lines = LAYERS.map((name) => named(runFigure(sampleRun()), name).line?.color ?? '');
    const lightness = lines.map((hex) =>
      [1, 3, 5].reduce((sum, i) => sum + parseInt(hex.slice(i, i + 2), 16), 0),
    );
    expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
    expect(new Set(lines).size).toBe(4);
  });
});

describe('values', () => {
  test('of up to 1,000 steps are all there', () => {
    const figure = runFigure(sampleRun({ epochs: 10, stepsPerEpoch: 100 }));
    for (const name of ['batch', ...LAYERS]) expect(named(figure, name).y).toHaveLength(1000);
    expect(named(figure, 'batch').x[999]).toBe(10);
  });

  test('of longer runs are thinned to maxPoints, ends and extremes kept', () => {
    const record = sampleRun({ epochs: 2, stepsPerEpoch: 10_000, layers: ['a'] });
    const { x, y } = named(runFigure(record, { maxPoints: 300 }), 'batch');
    const all = record.series.get('batch_loss')?.values() as Float64Array;
    expect(y.length).toBeLessThanOrEqual(300);
    expect([x[0], x[x.length - 1]]).toEqual([0.0001, 2]);
    expect(Math.max(...(y as number[]))).toBeCloseTo(Math.max(...all), 3);
    expect(Math.min(...(y as number[]))).toBeCloseTo(Math.min(...all), 3);
  });

  test('smoothing adds a line that follows the batches', () => {
    const figure = runFigure(sampleRun(), { smoothing: 0.9 });
    const [raw, smooth] = [named(figure, 'batch').y, named(figure, 'smoothed').y] as [number[], number[]];
    const roughness = (y: number[]): number =>
      y.slice(1).reduce((sum, value, i) => sum + Math.abs(value - (y[i] as number)), 0);
    expect(smooth[0]).toBe(raw[0]);
    expect(roughness(smooth)).toBeLessThan(roughness(raw) / 3);
  });

  test('that are not finite are marks with their text, and do not stretch the axis', () => {
    const record = empty();
    [1, 2, NaN, Infinity, -Infinity, 3].forEach((value, i) => record.scalar('batch_loss', at(i + 1), value));
    const figure = runFigure(record);
    const range = figure.layout.yaxis?.range as [number, number];
    expect(range[0]).toBeGreaterThan(0);
    expect(range[1]).toBeLessThan(3.5);
    expect(named(figure, 'batch').y).toEqual([1, 2, null, null, null, 3]);
    const marks = named(figure, 'NaN, ±∞');
    expect(marks.text).toEqual(['batch_loss: NaN', 'batch_loss: Infinity', 'batch_loss: -Infinity']);
    expect(marks.x).toEqual([0.3, 0.4, 0.5]);
    const middle = (range[0] + range[1]) / 2;
    expect(marks.y.map((y) => (y as number) > middle)).toEqual([true, true, false]);
    for (const y of marks.y) expect((y as number) >= range[0] && (y as number) <= range[1]).toBe(true);
    expect(marks.marker?.symbol).toBe('x');
  });

  test('NaN alone, zero gradients, no rows, one row', () => {
    const nan = empty();
    nan.scalar('batch_loss', at(1), NaN);
    nan.declare({
      name: 'gradient_norm',
      unit: '',
      kind: 'vector',
      shape: [2],
      dtype: 'float32',
      labels: ['a', 'b'],
    });
    nan.append('gradient_norm', at(1), [0, NaN]);
    const figure = runFigure(nan);
    expect(scatters(figure).filter(({ name }) => name === 'NaN, ±∞')).toHaveLength(2);
    expect(named(figure, 'zero').text).toEqual(['a: 0']);
    expect(named(figure, 'zero').marker?.symbol).toBe('triangle-down');
    const one = empty();
    one.scalar('batch_loss', at(1), 2);
    for (const some of [figure, runFigure(empty()), runFigure(one)]) {
      expect(numbersOf(some).every(Number.isFinite)).toBe(true);
      expect(JSON.parse(JSON.stringify(some))).toEqual(some);
    }
  });

  test('a run without epochs is drawn over steps', () => {
    const record = empty();
    for (let step = 1; step <= 3; step++) record.scalar('batch_loss', { ...at(step), epoch: 0 }, step);
    const figure = runFigure(record);
    expect(figure.layout.xaxis?.title.text).toBe('step');
    expect(named(figure, 'batch').x).toEqual([1, 2, 3]);
  });
});

describe('many layers', () => {
  const names = Array.from({ length: 24 }, (_, i) => `block_${i}`);

  test('are a heatmap of log10 norms, first layer on top', () => {
    const record = sampleRun({ layers: names });
    const [map] = heatmaps(runFigure(record));
    expect([map?.z.length, map?.z[0]?.length]).toEqual([24, 480]);
    expect(map?.x).toHaveLength(481);
    const first = record.series.get('gradient_norm')?.row(0) as Float32Array;
    expect(map?.z[3]?.[0]).toBeCloseTo(Math.log10(first[3] as number), 3);
    const range = runFigure(record).layout.yaxis3?.range as [number, number];
    expect(range).toEqual([23.5, -0.5]);
  });

  test('with columns merged where there are more steps than points', () => {
    const [map] = heatmaps(runFigure(sampleRun({ layers: names }), { maxPoints: 100 }));
    expect(map?.z[0]).toHaveLength(100);
  });

  test('lose no value that is not finite', () => {
    const figure = runFigure(sampleRun({ layers: names, divergesAt: 470 }));
    const odd = heatmaps(figure)[1];
    expect(
      odd?.z.every(
        (row) => row.slice(0, 469).every((v) => v === null) && row.slice(469).every((v) => v === 1),
      ),
    ).toBe(true);
    const marks = scatters(figure).filter(({ name, yaxis }) => name === 'NaN, ±∞' && yaxis === 'y3');
    expect(marks[0]?.x).toHaveLength(11);
    expect(marks[0]?.text?.[0]).toMatch(/^block_0: Infinity, .* and 19 more$/);
  });
});

test('events are lines through every panel with a label in the first', () => {
  const { layout } = runFigure(sampleRun());
  expect(layout.shapes.map(({ xref, x0 }) => `${xref} ${x0}`)).toEqual(['x 8', 'x2 8', 'x3 8']);
  expect(layout.annotations.filter(({ xref }) => xref === 'x').map(({ text }) => text)).toEqual([
    'val_loss has not fallen for 3 epochs',
    'restored weights of epoch 5',
  ]);
});

test('a flood of events leaves a readable figure', () => {
  const record = sampleRun();
  for (let i = 0; i < 500; i++) record.event('note', at(i), `note ${i} ${'x'.repeat(300)}`);
  const { layout } = runFigure(record);
  expect(layout.shapes.length).toBeLessThanOrEqual(60);
  expect(layout.annotations.length).toBeLessThan(12);
});

test('revisions: the view is kept, the data are redrawn exactly when they change', () => {
  const record = sampleRun();
  const [a, b] = [runFigure(record), runFigure(record)];
  expect(b).toEqual(a);
  record.scalar('batch_loss', at(481), 1);
  const c = runFigure(record);
  expect(c.layout.datarevision).not.toBe(a.layout.datarevision);
  expect(runFigure(record, { dark: true }).layout.datarevision).not.toBe(c.layout.datarevision);
  expect(c.layout.uirevision).toBe(a.layout.uirevision);
});

test('hostile names are only names', () => {
  const record = sampleRun({ layers: HOSTILE, metrics: HOSTILE });
  record.event('note', at(1), HOSTILE[1] as string);
  const json = JSON.stringify(runFigure(record));
  for (const text of textsOf(JSON.parse(json))) {
    if (!/^(%\{[\w.:~]+\}(<extra><\/extra>)?|log10: %\{z:\.2f\}<extra><\/extra>)$/.test(text))
      expect(text).not.toMatch(/[<>]|%\{|\$/);
  }
});

test('wrong options are named', () => {
  expect(() => runFigure(sampleRun(), { maxPoints: 0 })).toThrow('runFigure: maxPoints must be from 3');
  expect(() => runFigure(sampleRun(), { smoothing: 1 })).toThrow('smoothing');
  expect(() => runFigure(sampleRun(), { width: NaN })).toThrow('width must be from 200 to 10000, got NaN');
});

test('100,000 steps of ten layers are drawn fast enough for a live view', () => {
  const record = sampleRun({
    epochs: 100,
    stepsPerEpoch: 1000,
    layers: Array.from({ length: 10 }, (_, i) => `layer_${i}`),
  });
  const start = performance.now();
  const figure = runFigure(record);
  expect(performance.now() - start).toBeLessThan(1500);
  expect(Math.max(...scatters(figure).map(({ x }) => x.length))).toBeLessThanOrEqual(1000);
});
