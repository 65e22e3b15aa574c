import { expect, test } from 'vitest';
import { Backoff } from '../../extension/dist/model/backoff.js';

test('the first request goes at once, later ones wait twice as long each time', () => {
  const backoff = new Backoff({ first: 100, longest: 700, calm: 10_000 });
  expect([0, 0, 0, 0, 0, 0].map((now) => backoff.next(now))).toEqual([0, 100, 200, 400, 700, 700]);
});

test('a request after a calm time is a first one again', () => {
  const backoff = new Backoff({ first: 100, longest: 700, calm: 10_000 });
  expect([backoff.next(0), backoff.next(50), backoff.next(10_100), backoff.next(20_400)]).toEqual([
    0, 100, 200, 0,
  ]);
});
