import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { globMatcher } from '../../kernel/dist/io/history/glob.js';
import { History } from '../../kernel/dist/io/history/history.js';
import { historyFile, HistoryStore } from '../../kernel/dist/io/history/store.js';

let folder: string;
let file: string;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'history-'));
  file = path.join(folder, 'deep/history.jsonl');
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const store = (at = file): HistoryStore => new HistoryStore(at, (text) => void warnings.push(text));

/** A session that has run these cells, and has ended. */
const session = async (...inputs: string[]): Promise<number> => {
  const own = store();
  inputs.forEach((input, i) => own.input(i + 1, input));
  const number = await own.session();
  await own.flushed();
  return number;
};

describe('History', () => {
  const ask = (history: History, content: object): Promise<unknown[]> =>
    history.answer({ output: false, raw: true, ...content });

  it('tells tail, range and search over earlier sessions and its own', async () => {
    await session('a = 1', 'b = 2');
    await session('c = 3');
    const own = store();
    const history = new History(own);
    history.add(1, 'd = 4');
    history.result(1, '4');
    history.add(2, 'a = 1');
    expect(await ask(history, { hist_access_type: 'tail', n: 3 })).toEqual([
      [2, 1, 'c = 3'],
      [3, 1, 'd = 4'],
      [3, 2, 'a = 1'],
    ]);
    const range = (options: object): Promise<unknown[]> =>
      ask(history, { hist_access_type: 'range', ...options });
    expect(await range({ session: 0, start: 1, stop: 2 })).toEqual([[3, 1, 'd = 4']]);
    expect(await range({ session: 3, start: 1, stop: null })).toHaveLength(2);
    expect(await range({ session: -1, start: 0, stop: null })).toEqual([[2, 1, 'c = 3']]);
    expect(await range({ session: -2, start: 2, stop: 3 })).toEqual([[1, 2, 'b = 2']]);
    expect(await range({ session: 1, start: -2, stop: -1 })).toEqual([[1, 1, 'a = 1']]);
    expect(await range({ session: -9, start: 0, stop: null })).toEqual([]);
    expect(await range({ session: 0, start: 1, stop: 3, output: true })).toEqual([
      [3, 1, ['d = 4', '4']],
      [3, 2, ['a = 1', null]],
    ]);
    const search = (options: object): Promise<unknown[]> =>
      ask(history, { hist_access_type: 'search', ...options });
    expect(await search({ pattern: 'a*' })).toEqual([
      [1, 1, 'a = 1'],
      [3, 2, 'a = 1'],
    ]);
    expect(await search({ pattern: 'a*', unique: true })).toEqual([[3, 2, 'a = 1']]);
    expect(await search({ pattern: '[bc] = ?', n: 1 })).toEqual([[2, 1, 'c = 3']]);
    expect(await ask(history, { hist_access_type: 'other' })).toEqual([]);
    await own.flushed();
  });

  it('works without a file', async () => {
    const history = new History(undefined);
    history.add(1, 'x');
    expect(await ask(history, { hist_access_type: 'tail', n: 9 })).toEqual([[1, 1, 'x']]);
    expect(await ask(history, { hist_access_type: 'tail', n: 0 })).toEqual([]);
  });
});

describe('the file', () => {
  it('is the user’s own', async () => {
    await session('secret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('gives every session its own number, also when many begin at once', async () => {
    const numbers = await Promise.all(Array.from({ length: 20 }, () => session('x')));
    expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual(numbers.sort((a, b) => a - b));
    expect(await store().items()).toHaveLength(20);
  });

  it('passes over torn lines, and does not add to one', async () => {
    await session('one');
    appendFileSync(file, '{"id":"x","l":1,"i":"to');
    appendFileSync(file, '');
    await session('two');
    appendFileSync(file, '\nnot JSON\n[1]\n{"s":"x"}\n{"id":1}\n');
    expect((await store().items()).map((item) => item.input)).toEqual(['one', 'two']);
  });

  it('is bounded, and keeps the newest', async () => {
    const own = store();
    const long = 'x'.repeat(90_000);
    for (let i = 1; i <= 150; i++) own.input(i, `${i} ${long}`);
    await own.flushed();
    expect(statSync(file).size + statSync(`${file}.old`).size).toBeLessThan(9_000_000);
    const items = await own.items();
    expect(items.at(-1)?.line).toBe(150);
    expect(items.length).toBeGreaterThan(40);
    expect(items.every((item) => item.session === 1)).toBe(true);
  });

  it('that cannot be written harms nothing, and is named once', async () => {
    writeFileSync(path.join(folder, 'deep'), 'a file where the folder should be');
    const own = store();
    const history = new History(own);
    history.add(1, 'x');
    history.add(2, 'y');
    expect(await history.answer({ hist_access_type: 'tail', n: 1, output: false })).toEqual([[1, 2, 'y']]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('GRADOSCOPE_HISTORY=0');
  });

  it.skipIf(!existsSync('/dev/full'))('on a full disk harms nothing', async () => {
    const own = store('/dev/full');
    own.input(1, 'x');
    await own.flushed();
    expect(warnings[0]).toContain('ENOSPC');
  });

  it('is where GRADOSCOPE_HISTORY says, or in the data folder, or nowhere', () => {
    expect(historyFile({ GRADOSCOPE_HISTORY: '0' })).toBeUndefined();
    expect(historyFile({ GRADOSCOPE_HISTORY: '/a/b' })).toBe('/a/b');
    if (process.platform === 'linux')
      expect(historyFile({ XDG_DATA_HOME: '/data' })).toBe('/data/gradoscope/history.jsonl');
    expect(historyFile({})).toContain('gradoscope');
  });

  it('holds a session line and one line a cell', async () => {
    await session('a\nb');
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toEqual([
      ['s', 'id', 't'],
      ['s', 'l', 'i'],
    ]);
  });
});

describe('globMatcher', () => {
  it.each([
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abb', false],
    ['a?c', 'a\nc', true],
    ['?', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[]]', ']', true],
    ['a[b', 'a[b', true],
    ['1.2+*', '1.2+3', true],
    ['', 'a', false],
  ])('%j matches %j: %s', (pattern, text, expected) => {
    expect(globMatcher(pattern)(text)).toBe(expected);
  });

  it('takes no time for patterns that make backtracking explode', () => {
    const start = performance.now();
    expect(globMatcher(`${'*a'.repeat(50)}b`)('a'.repeat(2000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
