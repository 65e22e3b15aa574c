import { expect, test } from 'vitest';
import { barFigure, type BarTrace } from '../../../lib/dist/figures/index.js';
import { named } from './support.js';

const bars = (figure: ReturnType<typeof barFigure>): BarTrace[] =>
  figure.data.filter((trace): trace is BarTrace => trace.type === 'bar');

test('groups of bars stand side by side around their tick', () => {
  const figure = barFigure({
    x: ['cat', 'dog'],
    series: [
      { name: 'a', y: [1, 2] },
      { name: 'b', y: [3, 4] },
    ],
  });
  const [a, b] = bars(figure) as [BarTrace, BarTrace];
  expect(a.offset + a.width).toBeLessThanOrEqual(b.offset);
  expect(a.offset).toBeCloseTo(-(b.offset + b.width));
  expect(figure.layout.xaxis).toMatchObject({
    tickvals: [0, 1],
    ticktext: ['cat', 'dog'],
    range: [-0.5, 1.5],
  });
  expect(figure.layout.yaxis?.range[0]).toBe(0);
});

test('bars may go down, and what is not finite is a mark at its place', () => {
  const figure = barFigure({
    x: ['a', 'b', 'c'],
    series: [{ name: 's', y: [-2, NaN, 1] }],
    showValues: true,
  });
  expect(bars(figure)[0]).toMatchObject({ y: [-2, null, 1], text: ['-2', '', '1'] });
  expect(named(figure, 'NaN, ±∞')).toMatchObject({ x: [1], text: ['s, b: NaN'] });
  expect(figure.layout.yaxis?.range[0]).toBeLessThan(-2);
});

test('many long names are tilted and left out evenly', () => {
  const { xaxis } = barFigure({
    x: Array.from({ length: 100 }, (_, i) => `a long name ${i}`),
    series: [],
  }).layout;
  expect(xaxis?.tickangle).toBe(-40);
  expect(xaxis?.tickvals?.length).toBeLessThan(60);
});

test('errors name the argument', () => {
  expect(() => barFigure({ x: ['a'], series: [{ name: 's', y: [] }] })).toThrow(
    'y of series "s" has 0 entries, expected 1 (as many as x)',
  );
});
