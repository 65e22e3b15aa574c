import { expect, test } from 'vitest';
import { lineFigure } from '../../../lib/dist/figures/index.js';
import { named, scatters } from './support.js';

test('lines have their points, names and a common range', () => {
  const figure = lineFigure({
    title: 'Two lines',
    xTitle: 'time (s)',
    yTitle: 'height (m)',
    series: [
      { name: 'up', x: [0, 10], y: [1, 3] },
      { name: 'down', y: [2, -1] },
    ],
  });
  expect(named(figure, 'up')).toMatchObject({ x: [0, 10], y: [1, 3], mode: 'lines' });
  expect(named(figure, 'down').x).toEqual([0, 1]);
  const [low, high] = figure.layout.yaxis?.range as [number, number];
  expect(low < -1 && high > 3).toBe(true);
  expect(figure.layout.xaxis?.title.text).toBe('time (s)');
  expect(named(figure, 'up').line?.color).not.toBe(named(figure, 'down').line?.color);
});

test('what has no place on the axis is a mark', () => {
  const figure = lineFigure({ series: [{ name: 'a', y: [1, NaN, 0, -Infinity, 100] }], logY: true });
  expect(named(figure, 'a').y).toEqual([1, null, null, null, 100]);
  expect(named(figure, 'NaN, ±∞').text).toEqual(['a: NaN', 'a: -Infinity']);
  expect(named(figure, 'zero').text).toEqual(['a: 0']);
});

test('a range may be fixed', () => {
  const range = (logY: boolean): unknown =>
    lineFigure({ series: [{ name: 'a', y: [5] }], yRange: [1, 100], logY }).layout.yaxis?.range;
  expect(range(false)).toEqual([1, 100]);
  expect(range(true)).toEqual([0, 2]);
  expect(scatters(lineFigure({ series: [] }))).toEqual([]);
});

test('errors name the argument', () => {
  expect(() => lineFigure({ series: [{ name: 'a', x: [1], y: [1, 2] }] })).toThrow(
    'x of series "a" has 1 entries, expected 2',
  );
  expect(() => lineFigure({ series: 3 as never })).toThrow('series must be a list, got number');
  expect(() => lineFigure({ series: [], yRange: [2, 1] })).toThrow(
    'yRange must be two rising numbers, got [2, 1]',
  );
});
