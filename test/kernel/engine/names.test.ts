import { describe, expect, it } from 'vitest';
import { Analyser } from '../../../kernel/dist/engine/ts7/syntax/analyse.js';

const analyse = (code: string) => new Analyser().analyse(code);
const free = (code: string): string[] => [...analyse(code).free].sort();
const declared = (code: string): string[] =>
  analyse(code).declared.map(({ name, kind, typeOnly }) => `${kind} ${name}${typeOnly ? ' (type)' : ''}`);

describe('the names in a source', () => {
  it.each([
    [
      'values and types',
      'const x: Outer<Inner> = make(other as Third)',
      ['Inner', 'Outer', 'Third', 'make', 'other'],
    ],
    [
      'its own are not free',
      'let a = 1; function f(b: number) { return a + b + c } class K { m() { return new K() } }',
      ['c'],
    ],
    [
      'parameters, defaults and patterns',
      '(({ a, b: [c = d], ...e }: T, f = a) => [a, c, e, f, g])',
      ['T', 'd', 'g'],
    ],
    ['catch and labels', 'out: for (;;) { try { t() } catch (e) { use(e); break out } }', ['t', 'use']],
    [
      'shorthand properties',
      '({ short, long: value, [computed]: 1, method() { return short } })',
      ['computed', 'short', 'value'],
    ],
    ['members are not names', 'a.b.c?.d[e].f', ['a', 'e']],
    ['typeof in types', 'let v: typeof outer.inner; type K = keyof typeof v', ['outer']],
    [
      'type parameters',
      'type F<T extends Base> = { [K in keyof T]: T[K] extends (infer U)[] ? U : Other }; function g<S>(s: S): S { return s }',
      ['Base', 'Other'],
    ],
    [
      'members of interfaces and parameters of function types',
      'interface I extends J { a(b: C): D; [key: string]: E; new (f: F): G } type H = (x: L) => x is M',
      ['C', 'D', 'E', 'F', 'G', 'J', 'L', 'M'],
    ],
    ['namespaces of types', 'let x: N.Deep.Type', ['N']],
    ['an enum’s members', 'enum E { A = 1, B = A << outside, C = B }', ['outside']],
    [
      'decorators and heritage',
      '@deco(arg) class A extends Parent<P> implements Q { @field x = init; constructor(private y: Y) { super() } }',
      ['P', 'Parent', 'Q', 'Y', 'arg', 'deco', 'field', 'init'],
    ],
    ['block scopes', '{ let inner = 1; function g() { return inner } } inner; g', ['g', 'inner']],
    [
      'var leaves blocks but not functions',
      '{ var up = 1 } function f() { var down = 1 } up; down',
      ['down'],
    ],
    ['loops', 'for (const i of xs) use(i); for (let j = 0; j < n; j++); i; j', ['i', 'j', 'n', 'use', 'xs']],
    [
      'a type and a value of the same name',
      'interface Pair { a: number } const use = (p: Pair) => Pair',
      ['Pair'],
    ],
    ['JSX', 'const e = <Comp a={b}><lower /><ns.Deep /></Comp>', ['Comp', 'React', 'b', 'ns']],
    [
      'arguments and imports',
      'import x, { y as z } from "m"; function f() { return arguments.length + x + z } import("n")',
      [],
    ],
  ])('%s', (_name, code, expected) => {
    expect(free(code)).toEqual(expected);
  });

  it('declares what stands at the top, types apart from values', () => {
    const code =
      'import d, { type T, v } from "m"; import type { U } from "n"; const { a, b: [c] } = o; let l; var w; { var deep } function f() {} class C {} enum E {} interface I {} type A = 1; namespace N { export const x = 1 } namespace M { export type y = 1 } declare const g: number; export const e = 1';
    expect(declared(code)).toEqual([
      'import d',
      'import T (type)',
      'import v',
      'import U (type)',
      'const a',
      'const c',
      'let l',
      'var w',
      'function f',
      'class C',
      'enum E',
      'interface I (type)',
      'type A (type)',
      'namespace N',
      'namespace M (type)',
      'const g (type)',
      'const e',
      'var deep',
    ]);
  });

  it('lists what is imported', () => {
    const code =
      'import a from "a"; import "b"; import type { C } from "c"; export * from "d"; const e = require("e"), f = await import("f"), g = import(name)';
    expect(analyse(code).imports).toEqual(['a', 'b', 'd', 'f', 'e']);
  });

  it('knows awaits outside of functions, JSX, and the wish not to be checked', () => {
    expect(analyse('await 1').topLevelAwait).toBe(true);
    expect(analyse('for await (const x of y) {}').topLevelAwait).toBe(true);
    expect(analyse('async () => { await 1 }').topLevelAwait).toBe(false);
    expect(analyse('class A { static x = async () => await 1 }').topLevelAwait).toBe(false);
    expect(analyse('<b />').jsx).toBe(true);
    expect(analyse('<T>x').jsx).toBe(false);
    expect(analyse('// @ts-nocheck\nlet x').noCheck).toBe(true);
    expect(analyse('let x // @ts-nocheck').noCheck).toBe(false);
  });

  it('places syntax errors in UTF-16 units', () => {
    const [error] = analyse('const s = "😀";\nlet = 1').syntaxErrors;
    expect(error).toMatchObject({ line: 2 });
    expect(error?.start).toBeGreaterThan('const s = "😀";'.length);
  });
});
