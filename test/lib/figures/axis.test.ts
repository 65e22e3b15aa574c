import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearRange, logRange, numberText, roundTicks, spanRange } from '../../../lib/dist/figures/axis.js';

const anyNumber = fc.double();

describe('ranges', () => {
  test('hold every value up to 1e300 and are never empty, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(anyNumber), (values) => {
        const [low, high] = linearRange(values);
        expect(low).toBeLessThan(high);
        expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true);
        for (const value of values.filter((v) => Math.abs(v) <= 1e300))
          expect(value >= low && value <= high).toBe(true);
        const [a, b] = logRange(values);
        expect(b - a).toBeGreaterThan(0.49);
        expect(10 ** a > 0 && 10 ** b < Infinity).toBe(true);
        for (const value of values.filter((v) => v >= 1e-300 && v <= 1e300))
          expect(Math.log10(value) >= a && Math.log10(value) <= b).toBe(true);
      }),
    );
  });

  test('leave numbers that can be drawn at both ends of what a float64 holds', () => {
    expect(logRange([1.437e280, 5e-324, 1e-290]).map((end) => Math.abs(end) <= 306)).toEqual([true, true]);
  });

  test('what is not finite does not stretch them', () => {
    expect(linearRange([1, 2, NaN, Infinity, -Infinity])).toEqual(linearRange([1, 2]));
    expect(logRange([1, 2, 0, NaN, Infinity, -5])).toEqual(logRange([1, 2]));
    expect(linearRange([NaN])).toEqual([0, 1]);
  });

  test('a floor keeps a loss from a needlessly negative axis', () => {
    const [low] = linearRange([0.001, 2], { floor: 0 });
    expect(low).toBeLessThanOrEqual(0.001);
    expect(low).toBeGreaterThan(-0.2);
  });

  test('of x begin at the origin', () => {
    expect(spanRange([0.5, 4], 0)[0]).toBe(0);
    expect(spanRange([], 0)).toEqual([0, 1]);
    expect(spanRange([3])).toEqual([3, 4]);
  });
});

test('ticks are round and inside', () => {
  expect(roundTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(roundTicks([-3, 7], 4)).toEqual([0, 5]);
  expect(roundTicks([9.5, -0.5], 5)).toEqual([0, 2, 4, 6, 8]);
  expect(roundTicks([1, 1], 5)).toEqual([]);
});

test('numbers are short', () => {
  expect([0, 0.1234567, 12345, 1e-7, 3e9, NaN, Infinity].map(numberText)).toEqual([
    '0',
    '0.1235',
    '12350',
    '1e-7',
    '3e9',
    'NaN',
    '∞',
  ]);
});
