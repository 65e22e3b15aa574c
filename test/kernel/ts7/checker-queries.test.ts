import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Notebook } from './checker-support.js';

describe('completion', () => {
  test('gives members, with kinds, after a dot and within a word', async () => {
    const notebook = new Notebook();
    await notebook.run('const thing = { alpha: 1, beta() {}, get gamma() { return 1 } }');
    const all = await notebook.complete('thing.');
    expect(all).toEqual({
      matches: ['alpha', 'beta', 'gamma'],
      kinds: ['property', 'function', 'property'],
      start: 6,
      end: 6,
    });
    expect(await notebook.complete('thing.be + 1', 8)).toMatchObject({ matches: ['beta'], start: 6, end: 8 });
    expect(await notebook.complete('thing.ga', 7)).toMatchObject({ matches: ['gamma'], start: 6, end: 8 });
  });

  test('gives globals, keywords and names of earlier cells by what is typed', async () => {
    const notebook = new Notebook();
    await notebook.run('class Walrus {} let waltz = 1; const Wal = 2; interface Walk { n: number }');
    const found = await notebook.complete('wal');
    expect(new Set(found.matches)).toEqual(new Set(['Wal', 'Walk', 'Walrus', 'waltz']));
    expect(found.kinds[found.matches.indexOf('Walrus')]).toBe('class');
    expect((await notebook.complete('conso')).matches).toEqual(['console']);
    expect(await notebook.complete('awai')).toMatchObject({ matches: ['await'], kinds: ['keyword'] });
    const everything = await notebook.complete('');
    expect(everything.matches.filter((name) => name.includes('gradoscope'))).toEqual([]);
  });

  test('gives specifiers and paths in strings', async () => {
    const notebook = new Notebook();
    writeFileSync(notebook.file('my-helper.ts'), 'export {}');
    mkdirSync(notebook.file('my-folder'));
    const code = 'import q from "./my-';
    expect(await notebook.complete(code)).toEqual({
      matches: ['my-folder', 'my-helper'],
      kinds: ['folder', 'file'],
      start: code.length - 3,
      end: code.length,
    });
    expect((await notebook.complete('import q from "node:f')).matches).toContain('node:fs');
    expect((await notebook.complete('import q from "./')).matches).toEqual(['my-folder', 'my-helper']);
  });

  test('goes on while a word is typed, and sees what has changed meanwhile', async () => {
    const notebook = new Notebook();
    writeFileSync(notebook.file('kept.ts'), 'export const box = { alpha: 1, alps: 2 };');
    await notebook.run('import { box } from "./kept"; box');
    expect((await notebook.complete('box.')).matches).toEqual(['alpha', 'alps']);
    expect((await notebook.complete('box.al')).matches).toEqual(['alpha', 'alps']);
    expect(await notebook.complete('box.alph')).toMatchObject({ matches: ['alpha'], start: 4, end: 8 });
    expect((await notebook.complete('box.')).matches).toEqual(['alpha', 'alps']);
    writeFileSync(notebook.file('kept.ts'), 'export const box = { alpha: 1, beta: 2, alter: 3 };');
    expect((await notebook.complete('box.al')).matches).toEqual(['alpha', 'alter']);
    await notebook.run('const other = { alice: 1 }; { const box = other; box.alice }');
    expect((await notebook.complete('{ const box = other; box.al')).matches).toEqual(['alice']);
    await notebook.run('const box = { alto: 1 }');
    expect((await notebook.complete('box.al')).matches).toEqual(['alto']);
  });

  test('works in a cell that does not parse', async () => {
    const notebook = new Notebook();
    await notebook.run('const thing = { alpha: 1 }');
    expect((await notebook.complete('if (thing.')).matches).toEqual(['alpha']);
    expect((await notebook.complete('const { x = thing.')).matches).toEqual(['alpha']);
  });
});

describe('inspect', () => {
  test('gives signature and JSDoc with tags, of the cell and of earlier ones', async () => {
    const notebook = new Notebook();
    await notebook.run(
      '/** Adds two.\n * @param a first\n * @returns the sum */\nfunction add(a: number, b: number) { return a + b }',
    );
    const found = await notebook.inspect('add(1, 2)', 1);
    expect(found?.markdown).toMatch(/^```typescript\nfunction add\(a: number, b: number\): number\n```/);
    expect(found?.markdown).toContain('Adds two.');
    expect(found?.markdown).toContain('*@param* `a`');
    expect(found?.plain).toMatch(/^function add\(a: number, b: number\): number\nAdds two\./);
    expect(found?.plain).toContain('@returns');
    expect(found?.plain).not.toContain('```');
  });

  test('shows nothing of what is generated', async () => {
    const notebook = new Notebook();
    await notebook.run('export class Inner { x = 1 } let v = new Inner(); const c = Inner');
    for (const [code, signature] of [
      ['v', 'let v: Inner'],
      ['c', 'const c: typeof Inner'],
      ['Inner', 'class Inner'],
    ] as const) {
      expect(await notebook.inspect(code, 0)).toMatchObject({ plain: signature });
    }
    await notebook.run('/** The count. */ let count = 1');
    expect(await notebook.inspect('1 + count', 5)).toEqual({
      markdown: '```typescript\nlet count: number\n```\nThe count.',
      plain: 'let count: number\nThe count.',
    });
    expect(await notebook.inspect('  ', 1)).toBeUndefined();
  });
});
