import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Preloads } from '../../../kernel/dist/preload/preloads.js';
import { files, modules } from './behaviours/modules.js';
import { check, errorText } from './support/check-case.js';
import { Notebook } from './support/notebook.js';
import { packages, write } from './support/packages.js';

const made: string[] = [];
const makeFolder = (): string => {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gradoscope-modules-')));
  made.push(folder);
  write(folder, { ...packages, ...files });
  return folder;
};
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true })));

describe.each(['tslab', 'ts7'])('modules on %s', (engine) => {
  const notebook = new Notebook(engine, makeFolder());
  afterAll(() => notebook.close());
  it.each(modules.map((one) => [one.name, one] as const))('%s', (_name, one) => check(notebook, one));
});

describe('local files on ts7', () => {
  const folder = makeFolder();
  const notebook = new Notebook('ts7', folder);
  afterAll(() => notebook.close());
  const value = async (code: string): Promise<unknown> => {
    const ran = await notebook.run(code);
    expect(errorText(ran)).toBe('');
    return ran.value;
  };

  it('run anew when they, or what they import, have changed', async () => {
    write(folder, {
      'outer.ts': 'import { inner } from "./inner"; export const outer = inner + 1; export const stamp = {};',
      'inner.ts': 'export const inner = 1;',
      'apart.ts': 'export const apart = {};',
    });
    const code = 'import { outer, stamp } from "./outer"; import { apart } from "./apart";';
    expect(await value(`${code} const stamp1 = stamp, apart1 = apart; outer`)).toBe(2);
    expect(await value(`${code} [outer, stamp === stamp1]`)).toEqual([2, true]);
    write(folder, { 'inner.ts': 'export const inner: number = 40;' });
    expect(await value(`${code} [outer, stamp === stamp1, apart === apart1]`)).toEqual([41, false, true]);
  });

  it('are found by the `paths` of the tsconfig beside the notebook', async () => {
    write(folder, {
      'tsconfig.json': '{ "extends": "./base/tsconfig.json", "compilerOptions": { "strict": true } }',
      'base/tsconfig.json':
        '{ "compilerOptions": { "paths": { "@/*": ["../aliased/*"], "@/one": ["./one.ts"] } } }',
      'base/one.ts': 'export const one = 1;',
      'aliased/two.ts': 'import { one } from "@/one"; export const two = one + 1;',
    });
    expect(await value('import { one } from "@/one"; import { two } from "@/two"; [one, two]')).toEqual([
      1, 2,
    ]);
    write(folder, { 'aliased/two.ts': 'export const two = "changed";' });
    expect(await value('import { two as again } from "@/two"; again.length')).toBe(7);
    expect(errorText(await notebook.run('import { none } from "@/none"; none'))).toContain('@/none');
    rmSync(path.join(folder, 'tsconfig.json'));
  });

  it('are run again after they threw', async () => {
    write(folder, { 'fails.ts': 'export const x: number = 1; throw new Error("at load");' });
    const ran = await notebook.run('import { x as failing } from "./fails"; failing');
    expect(errorText(ran)).toBe('Error: at load');
    expect(ran.error?.traceback.join('\n')).toContain(`${path.join(folder, 'fails.ts')}:1:`);
    write(folder, { 'fails.ts': 'export const x: number = 100;' });
    expect(await value('import { x as failing } from "./fails"; failing')).toBe(100);
  });

  it('appear in stack traces by their own lines', async () => {
    const ran = await notebook.run('import { fails } from "./local/more";\n\nfails();');
    expect(ran.error?.traceback.join('\n')).toContain(`fails (${path.join(folder, 'local/more.ts')}:4:`);
    expect(ran.error?.traceback[0]).toMatch(/^In\[\d+\], line 3:$/);
  });

  it('are wrong with a place when they are no TypeScript', async () => {
    write(folder, { 'broken.ts': 'export const fine = 1;\nexport const = 2;\n' });
    const ran = await notebook.run('// @ts-nocheck\nimport { fine } from "./broken"; fine');
    expect(errorText(ran)).toMatch(/^SyntaxError: .*broken\.ts:2/);
  });

  it('may be types only, or missing where nothing of them is used', async () => {
    expect(await value('// @ts-nocheck\nimport { Nobody } from "./nowhere"; 1')).toBe(1);
    const ran = await notebook.run('// @ts-nocheck\nimport { Nobody } from "./nowhere"; Nobody');
    expect(errorText(ran)).toMatch(/Cannot find module '.\/nowhere'/);
  });
});

describe('modules that the kernel provides, on ts7', () => {
  const folder = makeFolder();
  const preloads = new Preloads([path.join(__dirname, 'fixtures/given.cjs')], folder);
  const notebook = new Notebook('ts7', folder, { provided: preloads });
  beforeAll(() => preloads.prepare(['given-lib']));
  afterAll(() => notebook.close());

  it('are one object in cells, local files, and packages of either kind', async () => {
    write(folder, { 'user.ts': 'import { value } from "given-lib"; export const seen = value;' });
    const ran = await notebook.run(
      [
        'import given, { value } from "given-lib";',
        'import * as all from "given-lib";',
        'import { seen } from "./user";',
        'import * as esm from "uses-given";',
        '[given, all.value === value, seen === value, esm.value === value, esm.all.value === value, esm.one, require("given-lib") === all]',
      ].join('\n'),
    );
    expect(errorText(ran)).toBe('');
    expect(ran.value).toEqual(['the default', true, true, true, true, 'the default', true]);
  });
});

describe('tsconfig.json beside the notebook, on ts7', () => {
  const folder = makeFolder();
  const notebook = new Notebook('ts7', folder);
  afterAll(() => notebook.close());
  const options = (compilerOptions: object): void =>
    write(folder, {
      'tsconfig.json': `{ // a comment\n "compilerOptions": ${JSON.stringify(compilerOptions)}, }`,
    });
  const last = async (code: string): Promise<unknown> => {
    const ran = await notebook.run(`// @ts-nocheck\n${code}`);
    expect(errorText(ran)).toBe('');
    return ran.value;
  };

  it('chooses how JSX, decorators and fields run', async () => {
    options({ jsx: 'react', jsxFactory: 'make' });
    expect(await last('const make = (...all) => all; <b c={1} />')).toEqual(['b', { c: 1 }]);
    options({ jsx: 'react-jsx', jsxImportSource: 'own' });
    write(folder, { 'node_modules/own/jsx-runtime.js': 'exports.jsx = (tag, props) => ({ tag, props })' });
    expect(await last('<b c={2} />')).toEqual({ tag: 'b', props: { c: 2 } });
    options({ experimentalDecorators: true });
    expect(
      await last(
        'const seen = []; class Old { @((...all) => { seen.push(all.length, all[1]) }) m() {} } seen',
      ),
    ).toEqual([3, 'm']);
    options({ useDefineForClassFields: false });
    const fields =
      'class Base { set f(v) { this.g = v } } class Own extends Base { f = 1 } Object.keys(new Own())';
    expect(await last(fields)).toEqual(['g']);
    options({});
    expect(await last(fields)).toEqual(['f']);
  });
});
