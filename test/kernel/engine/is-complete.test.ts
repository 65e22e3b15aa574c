import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Notebook } from './support/notebook.js';

const complete = [
  '1 + 1',
  '',
  '// c',
  'function f() { return 1 }',
  'await x',
  'a\n.b',
  '"a" + `b`',
  '<b>x</b>',
  'const f = <T,>(x: T) => x',
];
const invalid = ['"abc', "'abc", 'a b', 'let 1x', ')', 'foo)', '/re', 'if (a) { ) }'];
const incomplete: [string, string][] = [
  ['let x =', ''],
  ['f(', '  '],
  ['if (a) {', '  '],
  ['if (a) {\n  b(', '    '],
  ['class A {\n  m() {', '    '],
  ['[1,', ''],
  ['import { a', ''],
  ['`abc', ''],
  ['`a${', '  '],
  ['`a${x} b', ''],
  ['/* c', ''],
  ['1 +', ''],
  ['a ?', ''],
  ['x.', ''],
  ['a?.', ''],
  ['x =>', ''],
  ['<div>', ''],
  ['type A =', ''],
  ['interface I {', '  '],
  ['enum E {', '  '],
  ['try { }', ''],
  ['"abc\\', ''],
];

describe.each(['tslab', 'ts7'])('isComplete on %s', (engine) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gradoscope-complete-'));
  const notebook = new Notebook(engine, folder);
  afterAll(() => {
    notebook.close();
    rmSync(folder, { recursive: true });
  });

  it.each(complete)('takes %j for whole', async (code) => {
    expect(await notebook.engine.isComplete(code)).toEqual({ status: 'complete' });
  });
  it.each(invalid)('takes %j for wrong', async (code) => {
    expect(await notebook.engine.isComplete(code)).toEqual({ status: 'invalid' });
  });
  it.each(incomplete)('wants more after %j', async (code, indent) => {
    expect(await notebook.engine.isComplete(code)).toEqual({ status: 'incomplete', indent });
  });
});
