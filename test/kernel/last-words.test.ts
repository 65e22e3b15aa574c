import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LastWords } from '../../kernel/dist/io/last-words.js';

let folder = '';
const at = (name: string): string => path.join(folder, name);
/** A process that has ended. */
const { pid: dead } = spawnSync(process.execPath, ['-e', '0']);

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gradoscope-words-'));
});
afterEach(() => {
  vi.useRealTimers();
  fs.rmSync(folder, { recursive: true });
});

test('what a process leaves behind is told once by the next one', () => {
  const first = new LastWords(at('kernel-1.json'));
  expect(first.obituary()).toBeUndefined();
  first.begin(12);
  const next = new LastWords(at('kernel-1.json'));
  expect(next.obituary()).toMatch(
    /^The kernel died while In\[12\] ran, and this is a new one: all variables are lost\. It used [\d.]+ GB/,
  );
  expect(next.obituary()).toBeUndefined();
  next.begin(1);
  next.end();
  expect(new LastWords(at('kernel-1.json')).obituary()).toMatch(/^The kernel died while no cell ran/);
});

test('an end in order leaves nothing, and what is torn says nothing', () => {
  const words = new LastWords(at('kernel-1.json'));
  words.remove();
  words.begin(1);
  words.end();
  expect(fs.readdirSync(folder)).toEqual([]);
  fs.writeFileSync(at('kernel-2.running'), '{"pid": 1, "ce');
  expect(new LastWords(at('kernel-2.json')).obituary()).toBeUndefined();
  expect(() => new LastWords(at('none/kernel.json')).begin(1)).not.toThrow();
});

test('notes that nobody will read are swept away', () => {
  vi.useFakeTimers();
  const note = (name: string, pid: number | undefined): void =>
    fs.writeFileSync(at(name), JSON.stringify({ pid, cell: 0, memory: 0 }));
  note('gone.running', dead);
  note('restarting.running', dead);
  fs.writeFileSync(at('restarting.json'), '{}');
  note('alive.running', process.pid);
  fs.writeFileSync(at('other.txt'), '');
  const words = new LastWords(at('kernel-1.json'));
  vi.advanceTimersByTime(6000);
  expect(fs.readdirSync(folder).sort()).toEqual([
    'alive.running',
    'kernel-1.running',
    'other.txt',
    'restarting.json',
    'restarting.running',
  ]);
  words.remove();
});
