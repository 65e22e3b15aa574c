import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { judge, type Spec } from './judge.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'upstream-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const passed: Spec = { name: 'adds', status: 'passed', messages: [] };
const lacking: Spec = { name: 'decodes', status: 'failed', messages: ["ENOENT: open 'images/a.png'"] };
const list = { 'images/a.png': ['decodes'] };
const of = (specs: Spec[], errors: string[] = [], where = folder) => judge({ specs, errors }, list, where);

describe("the result of upstream's specs", () => {
  it('skips what upstream ignores and what lacks a file', () => {
    const ignored: Spec = { name: 'diag', status: 'excluded', messages: [] };
    const off: Spec = { name: 'debug', status: 'pending', messages: [] };
    expect(of([passed, lacking, ignored, off])).toEqual({
      passed: 1,
      failed: 0,
      skipped: 3,
      skips: { 'ignored by upstream': 1, 'switched off by upstream': 1, 'file not shipped': 1 },
      failures: [],
    });
  });

  it('takes the folder and the name of a file for the file', () => {
    const message = 'There is no a.png file in the directory: ./images';
    expect(of([{ ...lacking, messages: [message] }]).failed).toBe(0);
  });

  it.each<[string, Spec[], RegExp]>([
    [
      'that is not listed',
      [lacking, { ...passed, status: 'failed', messages: ['4 is not 5'] }],
      /adds: 4 is/,
    ],
    ['that fails otherwise than the list says', [{ ...lacking, messages: ['4 is not 5'] }], /decodes: 4 is/],
    ['that is listed and passes', [{ ...lacking, status: 'passed', messages: [] }], /but it is passed/],
    ['that is listed and ignored', [{ ...lacking, status: 'excluded', messages: [] }], /but it is excluded/],
    ['that is listed and is not there', [passed], /no such spec/],
  ])('fails for a spec %s', (_, specs, failure) => {
    const { failed, failures } = of(specs);
    expect(failed).toBe(1);
    expect(failures[0]).toMatch(failure);
  });

  it('fails for an error outside of the specs', () => {
    expect(of([passed, lacking], ['afterAll threw']).failures).toEqual(['afterAll threw']);
  });

  it('fails when a listed file is shipped', () => {
    const shipped = path.join(folder, 'shipped');
    fs.mkdirSync(path.join(shipped, 'images'), { recursive: true });
    fs.writeFileSync(path.join(shipped, 'images/a.png'), '');
    expect(of([lacking], [], shipped).failures).toEqual(['images/a.png is listed as not shipped, but it is']);
  });
});
