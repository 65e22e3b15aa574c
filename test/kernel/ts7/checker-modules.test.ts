import { existsSync, mkdirSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Notebook } from './checker-support.js';

const notNumber = "2339 Property 'foo' does not exist on type 'number'.";
const notString = "2339 Property 'foo' does not exist on type 'string'.";

describe('imports', () => {
  test('find files beside the notebook and above it, and see them change, appear and go', async () => {
    const notebook = new Notebook();
    const inner = new Notebook({ cwd: notebook.file('inner') });
    mkdirSync(notebook.file('inner'));
    writeFileSync(notebook.file('up.ts'), 'export const up: number = 1;');
    writeFileSync(notebook.file('inner/helper.ts'), 'export { up as h } from "../up";');
    writeFileSync(notebook.file('inner/data.json'), '{ "k": 1 }');
    const code = 'import { h } from "./helper"; import { up } from "../up"; import { k } from "./data.json";';
    expect(await inner.run(`${code} k.foo`)).toEqual([notNumber]);
    expect(await inner.run('import { h as ts } from "./helper.ts"; ts.foo')).toEqual([notNumber]);
    writeFileSync(notebook.file('inner/plain.js'), 'export const text = () => "s";');
    expect(await inner.run('import { text } from "./plain.js"; text().foo')).toEqual([notString]);
    expect(await inner.run(code)).toEqual([]);
    expect(await inner.run('h.foo')).toEqual([notNumber]);
    writeFileSync(notebook.file('up.ts'), 'export const up: string = "another";');
    expect(await inner.run('h.foo')).toEqual([notString]);

    const late = 'import { late } from "./late"; late.foo';
    const missing = "2307 Cannot find module './late' or its corresponding type declarations.";
    expect(await inner.run(late)).toEqual([missing]);
    writeFileSync(notebook.file('inner/late.ts'), 'export const late: number = 1;');
    expect(await inner.run(late)).toEqual([notNumber]);
    unlinkSync(notebook.file('inner/late.ts'));
    expect(await inner.run(late)).toEqual([missing]);
  });

  test('tell errors in those files, with file, line and column', async () => {
    const notebook = new Notebook();
    const file = notebook.file('wrong.ts');
    writeFileSync(file, '\nexport const wrong: number = "s";');
    expect(await notebook.check('import { wrong } from "./wrong"; wrong')).toEqual([
      {
        file,
        start: 14,
        end: 19,
        line: 2,
        column: 14,
        code: 2322,
        message: "Type 'string' is not assignable to type 'number'.",
      },
    ]);
    writeFileSync(file, '\nexport const wrong: number = 12345;');
    expect(await notebook.check('import { wrong } from "./wrong"; wrong')).toEqual([]);
  });

  test('find packages with exports beside the notebook, also one that is installed later', async () => {
    const notebook = new Notebook();
    const code = 'import value from "modern/sub"; value.foo';
    expect(await notebook.run(code)).toEqual([
      "2307 Cannot find module 'modern/sub' or its corresponding type declarations.",
    ]);
    mkdirSync(notebook.file('node_modules/modern/d'), { recursive: true });
    const exports = { './sub': { types: './d/x.d.ts', default: './d/x.js' } };
    writeFileSync(
      notebook.file('node_modules/modern/package.json'),
      JSON.stringify({ name: 'modern', version: '1.0.0', type: 'module', exports }),
    );
    writeFileSync(
      notebook.file('node_modules/modern/d/x.d.ts'),
      'declare const value: number; export default value;',
    );
    expect(await notebook.run(code)).toEqual([notNumber]);
  });

  test('take the declarations that the kernel gives before those of a package', async () => {
    const given = new Notebook();
    writeFileSync(given.file('given.d.ts'), 'export declare const ours: number;');
    const types = new Map([['typescript', given.file('given.d.ts')]]);
    expect(await new Notebook({ types }).run('import { ours } from "typescript"; ours.foo')).toEqual([
      notNumber,
    ]);
  });
});

describe('tsconfig.json beside the notebook', () => {
  test('is respected, in what it extends too, and read again when it changes', async () => {
    const notebook = new Notebook();
    writeFileSync(notebook.file('lib.ts'), 'export const l: number = 1;');
    const code = 'const n: number = null; import { l } from "@lib"; n + l';
    expect(await notebook.run(code)).toEqual([
      "2307 Cannot find module '@lib' or its corresponding type declarations.",
    ]);
    writeFileSync(
      notebook.file('base.json'),
      '{ "compilerOptions": { "strict": true, "noUnusedLocals": true } }',
    );
    writeFileSync(
      notebook.file('tsconfig.json'),
      '{ "extends": "./base.json", /* ours */ "compilerOptions": { "paths": { "@lib": ["./lib.ts"] } } }',
    );
    expect(await notebook.run(code)).toEqual(["2322 Type 'null' is not assignable to type 'number'."]);
    writeFileSync(
      notebook.file('tsconfig.json'),
      '{ "compilerOptions": { "paths": { "@lib": ["./lib.ts"] } } }',
    );
    expect(await notebook.run(code)).toEqual([]);
  });
});

describe('files', () => {
  const folders = () => readdirSync(os.tmpdir()).filter((name) => name.startsWith('gradoscope-types-'));

  test('are in a private folder that goes with the checker, and never beside the notebook', async () => {
    const before = new Set(folders());
    const notebook = new Notebook();
    const [mine] = folders().filter((name) => !before.has(name) && name.includes(`-${process.pid}-`));
    const folder = path.join(os.tmpdir(), mine ?? '');
    expect(mine).toBeDefined();
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
    await notebook.run('const x = 1');
    expect(readdirSync(notebook.folder)).toEqual([]);
    notebook.checker.close();
    expect(existsSync(folder)).toBe(false);
  });

  test('of a process that died are removed soon after the next start', async () => {
    // No process has this number: it is beyond the greatest.
    const stale = path.join(os.tmpdir(), 'gradoscope-types-99999999-stale');
    mkdirSync(stale, { recursive: true });
    new Notebook();
    await expect.poll(() => existsSync(stale), { timeout: 10_000 }).toBe(false);
  });
});
