import { describe, expect, test } from 'vitest';
import { Notebook } from './checker-support.js';

const notNumber = "2339 Property 'foo' does not exist on type 'number'.";
const notString = "2339 Property 'foo' does not exist on type 'string'.";

describe('names of earlier cells', () => {
  test('keep their types, also generic ones, as values and as types', async () => {
    const notebook = new Notebook();
    const declarations = [
      'class Box<T> { constructor(readonly value: T) {} }',
      'enum Color { Red, Green }',
      'interface Point { x: number }',
      'type Unit = "m" | "s"',
      'namespace Space { export const zero = 0; export type Name = string }',
      'function same<T>(value: T): T { return value }',
      'const { a, b: [first] } = { a: 1, b: ["s"] }',
    ];
    for (const code of declarations) expect(await notebook.run(code)).toEqual([]);
    expect(await notebook.run('const box: Box<string> = new Box("s"); box.value.foo')).toEqual([notString]);
    expect(await notebook.run('const c: Color = Color.Red; const p: Point = { x: c }')).toEqual([]);
    expect(await notebook.run('const p2: Point = { x: "s" }')).toEqual([
      "2322 Type 'string' is not assignable to type 'number'.",
    ]);
    expect(await notebook.run('const u: Unit = "kg"')).toEqual([
      `2322 Type '"kg"' is not assignable to type 'Unit'.`,
    ]);
    expect(await notebook.run('const n: Space.Name = Space.zero')).toEqual([
      "2322 Type 'number' is not assignable to type 'string'.",
    ]);
    expect(await notebook.run('same(p.x).foo')).toEqual([notNumber]);
    expect(await notebook.run('a.foo')).toEqual([notNumber]);
    expect(await notebook.run('first.foo')).toEqual([notString]);
    expect(await notebook.run('class Sub extends Box<Point> {} new Sub({ x: 1 }).value.x.foo')).toEqual([
      notNumber,
    ]);
  });

  test('are assigned to by their kind', async () => {
    const notebook = new Notebook();
    await notebook.run('let x = 1; var y = "s"; const k = 1; class C {} enum E { A } function f() {}');
    expect(await notebook.run('x = 2; y += "t"; x++')).toEqual([]);
    expect(await notebook.run('x = "s"')).toEqual(["2322 Type 'string' is not assignable to type 'number'."]);
    expect(await notebook.run('k = 2')).toEqual(["2588 Cannot assign to 'k' because it is a constant."]);
    expect(await notebook.run('C = null')).toEqual(["2629 Cannot assign to 'C' because it is a class."]);
    expect(await notebook.run('E = null')).toEqual(["2628 Cannot assign to 'E' because it is an enum."]);
    expect(await notebook.run('f = null')).toEqual(["2630 Cannot assign to 'f' because it is a function."]);
  });

  test('are shadowed by a later declaration, of another kind too, while older values keep their types', async () => {
    const notebook = new Notebook();
    await notebook.run('class Thing { size = 1 }; let v = 1');
    await notebook.run('const old = new Thing()');
    await notebook.run('class Thing { name = "s" }; const v = String(1)');
    expect(await notebook.run('old.size.foo')).toEqual([notNumber]);
    expect(await notebook.run('new Thing().name.foo')).toEqual([notString]);
    expect(await notebook.run('v.foo')).toEqual([notString]);
    expect(await notebook.run('function v() { return 1 } v().foo')).toEqual([notNumber]);
  });

  test('may be declared twice in a cell, and exported', async () => {
    const notebook = new Notebook();
    await notebook.run(
      'interface M { a: number } class M { b = "s" }\nfunction g(): number; function g(x: string): string; ' +
        'function g(x?: any): any { return x }\nfunction h() {} namespace h { export const q = 1 }',
    );
    expect(await notebook.run('new M().a.foo')).toEqual([notNumber]);
    expect(await notebook.run('g("s").foo')).toEqual([notString]);
    expect(await notebook.run('h.q.foo; h()')).toEqual(["2339 Property 'foo' does not exist on type '1'."]);
    await notebook.run(
      'export const ex: number = 1; export class X { self(): X { return this } } export default 5',
    );
    expect(await notebook.run('ex.foo')).toEqual([notNumber]);
    expect(await notebook.run('new X().self().foo')).toEqual([
      "2339 Property 'foo' does not exist on type 'X'.",
    ]);
  });

  test('that are imports stay usable: namespaces, defaults, names and types', async () => {
    const notebook = new Notebook();
    await notebook.run(
      'import * as os from "node:os"; import path from "path"; import { readFileSync as read } from "fs"',
    );
    await notebook.run('import type { Stats } from "fs"; import required = require("os")');
    expect(await notebook.run('required.EOL.foo')).toEqual([notString]);
    expect(await notebook.run('os.cpus().length.foo')).toEqual([notNumber]);
    expect(await notebook.run('path.join("a").foo')).toEqual([notString]);
    expect(await notebook.run('read("x", "utf8").foo')).toEqual([notString]);
    expect(await notebook.run('let s: Stats; s.size.foo')).toEqual([notNumber]);
    expect(await notebook.run('let i: os.CpuInfo; i.model.foo')).toEqual([notString]);
  });

  test('of cells with JSX and without meet', async () => {
    const notebook = new Notebook({
      ambient: ['declare namespace JSX { interface IntrinsicElements { p: {} } }'],
    });
    await notebook.run('const React = { createElement(...all: unknown[]) { return 1 } }');
    await notebook.run('const size = 1; const view = <p>{size}</p>');
    expect(await notebook.run('size.foo')).toEqual(["2339 Property 'foo' does not exist on type '1'."]);
    expect(await notebook.run('const both = <p>{size.foo}</p>')).toEqual([
      "2339 Property 'foo' does not exist on type '1'.",
    ]);
    expect(await notebook.run('const cast = <any>size; view')).toEqual([]);
  });

  test('of the whole program, by declare global, are there in every later cell', async () => {
    const notebook = new Notebook();
    await notebook.run('declare global { interface Array<T> { mine(): T } }');
    expect(await notebook.run('[1].mine().foo')).toEqual([notNumber]);
  });
});

describe('a cell', () => {
  test('may await, and is checked without strictness', async () => {
    const notebook = new Notebook();
    expect(await notebook.run('const v: number = await Promise.resolve(null); const f = (q) => q')).toEqual(
      [],
    );
    expect(await notebook.run('for await (const v of [1]) v.foo')).toEqual([notNumber]);
  });

  test('has errors at UTF-16 offsets, and lines and columns from 1', async () => {
    const notebook = new Notebook();
    const code = 'const s = "😀";\r\n/* 😀 */ s.foo // end';
    const at = code.indexOf('foo');
    expect(await notebook.check(code)).toEqual([
      {
        start: at,
        end: at + 3,
        line: 2,
        column: 12,
        code: 2339,
        message: `Property 'foo' does not exist on type '"😀"'.`,
      },
    ]);
  });

  test('is not judged by what was not committed', async () => {
    const notebook = new Notebook();
    await notebook.check('const unseen = 1');
    expect(await notebook.run('unseen')).toEqual(["2304 Cannot find name 'unseen'."]);
  });

  test('that passed passes again only while it means the same', async () => {
    const notebook = new Notebook();
    await notebook.run('const v = 1');
    expect(await notebook.run('v.toFixed()')).toEqual([]);
    expect(await notebook.run('v.toFixed()')).toEqual([]);
    await notebook.run('const v = "s"');
    expect(await notebook.run('v.toFixed()')).toEqual([
      `2551 Property 'toFixed' does not exist on type '"s"'. Did you mean 'fixed'?`,
    ]);
  });

  test('with @ts-nocheck is not checked', async () => {
    expect(await new Notebook().run('// @ts-nocheck\nnothing.at.all')).toEqual([]);
  });

  test('knows node and what is predeclared', async () => {
    const notebook = new Notebook({ ambient: ['declare function show(what: unknown): void;'] });
    expect(
      await notebook.run('console.log(process.cwd(), Buffer.from("a"), require("fs")); show(1)'),
    ).toEqual([]);
    expect(await notebook.run('show()')).toEqual(['2554 Expected 1 arguments, but got 0.']);
  });
});
