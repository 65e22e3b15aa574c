import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryGuard } from '../../kernel/dist/io/memory-guard.js';

const GB = 1e9;
let used = 0;
let garbage = 0;
let asked = 0;
let collected = 0;
let stopped: number[] = [];

function guard(): MemoryGuard {
  return new MemoryGuard({
    limit: 10 * GB,
    resident: () => used + garbage,
    heap: async (collect) => {
      asked += 1;
      if (collect) {
        collected += 1;
        garbage = 0;
      }
      return used + garbage;
    },
    stop: (seq, text) => {
      expect(text).toContain('of 10.00 GB');
      stopped.push(seq);
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  used = garbage = asked = collected = 0;
  stopped = [];
});
afterEach(() => vi.useRealTimers());

test('the heap is asked only when the process is large, and only while a cell runs', async () => {
  const watched = guard();
  used = 4 * GB;
  watched.begin(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toBe(0);
  used = 6 * GB;
  await vi.advanceTimersByTimeAsync(2000);
  expect([1, 2, 3]).toContain(asked);
  used = 7.9 * GB;
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toBeGreaterThan(10);
  watched.end();
  asked = 0;
  await vi.advanceTimersByTimeAsync(2000);
  expect([asked, collected, stopped]).toEqual([0, 0, []]);
});

test('garbage does not end a cell, what is kept does, once', async () => {
  const watched = guard();
  watched.begin(7);
  used = 3 * GB;
  garbage = 6 * GB;
  await vi.advanceTimersByTimeAsync(2000);
  expect([collected, stopped]).toEqual([1, []]);
  used = 8.5 * GB;
  await vi.advanceTimersByTimeAsync(2000);
  expect(stopped).toEqual([7]);
});

test('the next cell may free memory, but not take much more', async () => {
  const watched = guard();
  used = 8.5 * GB;
  watched.begin(1);
  await vi.advanceTimersByTimeAsync(2000);
  watched.begin(2);
  used = 8.7 * GB;
  await vi.advanceTimersByTimeAsync(2000);
  expect(stopped).toEqual([1]);
  used = 8.9 * GB;
  await vi.advanceTimersByTimeAsync(2000);
  expect(stopped).toEqual([1, 2]);
  // Once it is free, the old measure holds again.
  watched.begin(3);
  used = 2 * GB;
  garbage = 8 * GB;
  await vi.advanceTimersByTimeAsync(2000);
  used = 8.1 * GB;
  await vi.advanceTimersByTimeAsync(2000);
  expect(stopped).toEqual([1, 2, 3]);
});
