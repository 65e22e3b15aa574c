import { inspect } from 'node:util';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { table } from '../../../lib/dist/display/index.js';

const htmlOf = (value: unknown): string =>
  (value as Record<symbol, () => Record<string, string>>)[Symbol.for('Jupyter.display')]?.()['text/html'] ??
  '';

test('rows of objects', () => {
  const value = table([
    { name: 'a', loss: 0.123456789 },
    { name: '<b onclick=x>', extra: new Date(0) },
  ]);
  expect(inspect(value).split('\n')).toEqual([
    '   name               loss  extra',
    '─  ─────────────  ────────  ────────────────────────',
    '0  a              0.123457',
    '1  <b onclick=x>            1970-01-01T00:00:00.000Z',
    '2 rows, 3 columns',
  ]);
  expect(htmlOf(value)).toContain('&lt;b onclick=x&gt;');
  expect(htmlOf(value)).not.toContain('<b');
});

test('columns; of many rows the first and the last', () => {
  const value = table(
    { '<x>': new Float32Array(1e6), y: Array.from({ length: 1e6 }, (_, i) => i) },
    { maxRows: 3 },
  );
  expect(inspect(value).split('\n').slice(2)).toEqual([
    '     0    0       0',
    '     1    0       1',
    '     …    …       …',
    '999999    0  999999',
    '1,000,000 rows, 2 columns',
  ]);
  expect(htmlOf(value)).not.toContain('<x>');
  expect(inspect(table({ a: [1], b: [2] }, { columns: ['b'] }))).toContain('1 row, 1 column');
  expect(inspect(table([]))).toContain('0 rows, 0 columns');
  const wide = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, [i]]));
  expect(inspect(table(wide))).toContain('40 columns (the last 10 are not shown)');
});

test('no name and no value becomes a part of the page', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
      const tags = new Set<string>();
      const parser = new SaxesParser();
      parser.on('opentag', (tag) => void tags.add(`${tag.name} ${Object.keys(tag.attributes).join(' ')}`));
      parser.on('error', (error) => {
        throw error;
      });
      parser.write(htmlOf(table([{ [name]: value, other: { [value]: name } }]))).close();
      expect([...tags].sort()).toEqual(['div ', 'table ', 'tbody ', 'td style', 'th style', 'thead ', 'tr ']);
    }),
  );
});

test.each([
  [() => table(4 as never), TypeError, 'data must be a list of objects or an object of lists; it is 4'],
  [() => table(new Float32Array(2) as never), TypeError, 'it is Float32Array(2) [ 0, 0 ]'],
  [() => table([{}, 5] as never), TypeError, 'data[1] is 5'],
  [() => table({ a: 'text' as never, b: 4 as never }), TypeError, "data['a'] is 'text'"],
  [() => table({ a: [1], b: [] }), RangeError, "'a' has 1 entries and 'b' has 0"],
  [
    () => table([{ a: 1 }], { columns: ['b'] }),
    RangeError,
    "names 'b', which the data does not have; it has 'a'",
  ],
  [
    () => table([], { maxRows: 0 }),
    RangeError,
    'options.maxRows must be an integer from 1 to 10000; it is 0',
  ],
  [() => table([], { digits: '3' as never }), TypeError, 'options.digits'],
])('what is wrong is named, %#', (f, kind, words) => {
  expect(f).toThrow(kind);
  expect(f).toThrow(words);
});
