import { describe, expect, test } from 'vitest';
import { facts, fraction, standing } from '../../extension/dist/view/header-text.js';
import type { RunHeader } from '../../lib/dist/run/index.js';

const header = (patch: Partial<RunHeader>): RunHeader => ({
  id: '20260102-030405-0123456789abcdef',
  name: 'run',
  createdAt: '2026-01-02T03:04:05Z',
  status: 'running',
  config: {},
  environment: {},
  ...patch,
});

describe('standing', () => {
  test.each([
    ['running', true, { status: 'running', tone: 'busy' }],
    ['paused', true, { status: 'paused', tone: 'waiting' }],
    ['running', false, { status: 'not live (last seen running)', tone: 'lost' }],
    ['paused', false, { status: 'not live (last seen paused)', tone: 'lost' }],
    ['finished', false, { status: 'finished', tone: 'done' }],
    ['interrupted', true, { status: 'interrupted', tone: 'stopped' }],
    ['failed', true, { status: 'failed', tone: 'failed' }],
  ] as const)('%s, live %s', (status, live, expected) => {
    expect(standing(header({ status }), live)).toEqual(expected);
  });

  test('keeps the reason apart from the status', () => {
    expect(standing(header({ status: 'stopped', reason: 'early stopping' }), true)).toEqual({
      status: 'stopped',
      tone: 'stopped',
      reason: 'early stopping',
    });
    expect(standing(header({ status: 'finished', reason: '' }), true)).not.toHaveProperty('reason');
  });
});

describe('facts', () => {
  test('are all shown while the run goes on', () => {
    const progress = {
      step: 1234,
      steps: 5000,
      epoch: 2.468,
      epochs: 10,
      examplesPerSecond: 15_321.7,
      eta: 42,
    };
    expect(facts(progress, true)).toEqual([
      'epoch 2.5 / 10',
      'step 1,234 / 5,000',
      '15,322 examples/s',
      '0:42 left',
    ]);
  });

  test('leave out what is not known', () => {
    expect(facts({ step: 3, epoch: 0 }, true)).toEqual(['step 3']);
    expect(facts(undefined, true)).toEqual([]);
  });

  test('leave out the time left once the run has ended', () => {
    expect(facts({ step: 3, epoch: 1, epochs: 1, eta: 5, examplesPerSecond: 1.2345 }, false)).toEqual([
      'epoch 1 / 1',
      'step 3',
      '1.23 examples/s',
    ]);
  });
});

test('the part that is done is that of the steps, or else of the epochs', () => {
  expect(fraction({ step: 25, steps: 100, epoch: 1, epochs: 2 })).toBe(0.25);
  expect(fraction({ step: 25, epoch: 1, epochs: 2 })).toBe(0.5);
  expect(fraction({ step: 25, epoch: 1 })).toBeUndefined();
  expect(fraction({ step: 101, steps: 100, epoch: 1 })).toBe(1);
  expect(fraction(undefined)).toBeUndefined();
});
