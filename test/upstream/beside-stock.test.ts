import { describe, expect, it } from 'vitest';
import { besideStock } from './beside-stock.mjs';
import type { Spec } from './judge.mjs';

const passes = (name: string): Spec => ({ name, status: 'passed', messages: [] });
const fails = (name: string, message: string): Spec => ({ name, status: 'failed', messages: [message] });
const lacks = "Error: Kernel 'Einsum' not registered for backend 'wasm'";
const compare = (ours: Spec[], stock: Spec[], errors: string[] = []) =>
  besideStock({ specs: ours, errors }, { specs: stock });

describe("the result of upstream's specs beside the stock backend", () => {
  it('skips what fails with the stock backend too', () => {
    const off: Spec = { name: 'debug', status: 'pending', messages: [] };
    const ours = [passes('a'), off, fails('b', lacks), fails('c', 'actual[0] = 176\n at x')];
    const stock = [fails('a', lacks), off, fails('b', lacks), fails('c', 'actual[0] = 1.5e-40\n at y')];
    expect(compare(ours, stock)).toEqual({
      passed: 1,
      failed: 0,
      skipped: 3,
      skips: { 'switched off by upstream': 1, 'kernel not in the backend': 1, 'fails with stock too': 1 },
      failures: [],
    });
  });

  it.each<[string, Spec[], Spec[]]>([
    ['passes with stock', [fails('a', 'not equal')], [passes('a')]],
    ['fails otherwise with stock', [fails('a', 'not equal')], [fails('a', lacks)]],
    ['is another with stock', [fails('a', 'not equal')], [fails('b', 'not equal')]],
  ])('fails for a failed spec that %s', (_, ours, stock) => {
    expect(compare(ours, stock).failures).toEqual(['a: not equal']);
  });

  it('fails when not the same number of specs ran, and for errors outside of them', () => {
    expect(compare([passes('a')], [passes('a'), passes('b')], ['afterAll threw'])).toMatchObject({
      passed: 1,
      failures: ['afterAll threw', '1 specs ran, with the stock backend 2'],
    });
  });
});
