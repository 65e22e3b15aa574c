import { expect, test } from 'vitest';
import { clockText, rateText } from '../../../lib/dist/figures/index.js';

test.each([
  [0, '0:00'],
  [42.4, '0:42'],
  [725, '12:05'],
  [3723, '1:02:03'],
  [-1, '0:00'],
])('%d seconds are %s', (seconds, text) => {
  expect(clockText(seconds)).toBe(text);
});

test.each([
  [15_321.7, '15,322'],
  [100, '100'],
  [99.94, '99.9'],
  [1.2345, '1.23'],
  [0.001234, '0.00123'],
])('a rate of %d is %s', (value, text) => {
  expect(rateText(value)).toBe(text);
});
