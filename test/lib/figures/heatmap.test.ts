import { expect, test } from 'vitest';
import { heatmapFigure } from '../../../lib/dist/figures/index.js';
import { heatmaps, named } from './support.js';

const confusion = [
  [9, 1],
  [0, 10],
];

test('a confusion matrix: first row on top, counts in the cells, colours from zero', () => {
  const figure = heatmapFigure({
    z: confusion,
    x: ['cat', 'dog'],
    y: ['cat', 'dog'],
    showValues: true,
    xTitle: 'predicted',
  });
  expect(heatmaps(figure)[0]).toMatchObject({
    z: confusion,
    zmin: 0,
    zmax: 10,
    text: [
      ['9', '1'],
      ['0', '10'],
    ],
    texttemplate: '%{text}',
  });
  expect(figure.layout.yaxis).toMatchObject({ range: [1.5, -0.5], ticktext: ['cat', 'dog'] });
  expect(figure.layout.xaxis?.title.text).toBe('predicted');
});

test('typed rows, values that are not finite, no values at all', () => {
  const figure = heatmapFigure({ z: [new Float32Array([1, NaN]), new Float32Array([-Infinity, 2])] });
  expect(heatmaps(figure)[0]?.z).toEqual([
    [1, null],
    [null, 2],
  ]);
  expect(named(figure, 'NaN, ±∞')).toMatchObject({ x: [1, 0], y: [0, 1], text: ['NaN', '-Infinity'] });
  expect(heatmaps(heatmapFigure({ z: [] }))[0]).toMatchObject({ z: [] });
});

test('cells too small for texts have none', () => {
  const z = Array.from({ length: 60 }, () => new Float32Array(60));
  expect(heatmaps(heatmapFigure({ z, showValues: true }))[0]).not.toHaveProperty('text');
});

test('errors name the argument', () => {
  expect(() => heatmapFigure({ z: [[1, 2], [3]] })).toThrow('z[1] has 1 entries, expected 2 (as many as z[0])'); // prettier-ignore
  expect(() => heatmapFigure({ z: confusion, y: ['a'] })).toThrow(
    'y has 1 entries, expected 2 (as many as rows of z)',
  );
  expect(() => heatmapFigure({ z: confusion, zRange: [1, 1] })).toThrow('zRange');
  expect(() => heatmapFigure({ z: null as never })).toThrow('z must be a list, got null');
});
