import type { Case } from './case.js';

/** What a cell shows, and what its syntax means. */
export const values: readonly Case[] = [
  { name: 'the last expression is the result', cells: ['1 + 2'], value: 3 },
  { name: 'undefined is no result', cells: ['undefined'], value: undefined },
  { name: 'null is one', cells: ['null'], value: null },
  { name: 'a lone string is no directive', cells: ['"text"'], value: 'text' },
  { name: 'a statement has no result', cells: ['if (true) { 5 }'], value: undefined },
  {
    name: 'a declaration after the expression takes the result',
    cells: ['7; const last = 1'],
    value: undefined,
  },
  { name: 'an object in parentheses', cells: ['({ a: 1, b: [2] })'], value: { a: 1, b: [2] } },
  { name: 'an assignment has its value', cells: ['let assigned = 1; assigned = 4'], value: 4 },
  { name: 'a leading semicolon', cells: [';[1, 2].map((x) => x + 1)'], value: [2, 3] },
  { name: 'comments only', cells: ['// nothing\n/* at all */'], value: undefined },
  {
    name: 'types are erased',
    cells: [
      'type T = { a: number }; interface I extends T { b?: string } const typed: I = { a: 1 }; typed as T',
    ],
    value: { a: 1 },
  },
  {
    name: 'generics and satisfies',
    cells: [
      'const first = <T,>(xs: readonly T[]): T | undefined => xs[0]; first([3, 4]) satisfies number | undefined',
    ],
    value: 3,
  },
  { name: 'an angle-bracket cast', cells: ['const cast = <unknown>5; cast'], value: 5 },
  { name: 'a non-null assertion', cells: ['const maybe: { n?: number } = { n: 2 }; maybe.n! + 1'], value: 3 },
  {
    name: 'enums with numbers, texts and computed members',
    cells: ['enum Size { S, M = 5, L, T = "t", C = "abc".length } [Size.L, Size[5], Size.T, Size.C]'],
    value: [6, 'M', 't', 3],
  },
  {
    name: 'an enum in two parts',
    cells: ['enum Parts { A = 1 } enum Parts { B = 2 } [Parts.A, Parts.B, Parts[2]]'],
    value: [1, 2, 'B'],
  },
  {
    name: 'namespaces',
    cells: [
      'namespace Geo { export const pi = 3; export namespace In { export const two = 2 } export function area(r: number) { return pi * r ** In.two } } Geo.area(2)',
    ],
    value: 12,
  },
  {
    name: 'a namespace merged with a function',
    cells: ['function merged() { return merged.extra } namespace merged { export const extra = 9 } merged()'],
    value: 9,
  },
  {
    name: 'parameter properties and abstract classes',
    cells: [
      'abstract class Shape { constructor(readonly side: number) {} abstract area(): number } class Square extends Shape { area() { return this.side ** 2 } } new Square(3).area()',
    ],
    value: 9,
  },
  {
    name: 'private members, static blocks, accessors',
    cells: [
      'class Counter { static #n = 0; static { Counter.#n = 5 } static get n() { return ++Counter.#n } } [Counter.n, Counter.n]',
    ],
    value: [6, 7],
  },
  {
    name: 'function overloads',
    cells: [
      'function over(x: number): number; function over(x: string): string; function over(x: number | string) { return x } over("s")',
    ],
    value: 's',
  },
  {
    name: 'destructuring with defaults and rest',
    cells: [
      'const { a: { b = 1, ...others }, ...more } = { a: { b: undefined, c: 2 }, d: 3 }; const [head, , third = 9, ...tail] = [1, 2]; [b, others, more, head, third, tail]',
    ],
    value: [1, { c: 2 }, { d: 3 }, 1, 9, []],
  },
  {
    name: 'destructuring assignment',
    cells: [
      'let left = 1, right = 2; [left, right] = [right, left]; ({ left, r: [right] } = { left: left + 10, r: [right + 20] }); [left, right]',
    ],
    value: [12, 21],
  },
  {
    name: 'postfix and prefix values',
    cells: ['let step = 0; const post = step++; const pre = ++step; [post, pre, step--, step]'],
    value: [0, 2, 2, 1],
  },
  {
    name: 'compound and logical assignment',
    cells: [
      'let text: string | undefined; text ??= "a"; text += "b"; let bits = 6; bits &= 3; bits **= 3; text ||= "c"; [text, bits]',
    ],
    value: ['ab', 8],
  },
  {
    name: 'big integers in a loop',
    cells: [
      'let big = 1n; for (let i = 0; i < 70; i++) big *= 2n; const before = big++; [before === 2n ** 70n, big - before]',
    ],
    value: [true, 1n],
  },
  {
    name: 'labels, continue and break',
    cells: [
      'const seen: string[] = []; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; seen.push(`${i}${j}`) } } seen',
    ],
    value: ['00', '10'],
  },
  {
    name: 'switch with a declaration',
    cells: [
      'let picked = ""; switch (2 as number) { case 1: picked += "one"; case 2: { const two = "two"; picked += two } case 3: picked += "three"; break; default: picked = "none" } picked',
    ],
    value: 'twothree',
  },
  {
    name: 'shadowed names',
    cells: [
      'let shade = 1; { let shade = 2; shade++ } const inner = ((shade: number) => shade * 10)(4); try { throw 3 } catch (shade) {} for (const shade of [9]); [shade, inner]',
    ],
    value: [1, 40],
  },
  {
    name: 'a loop over a variable of the cell',
    cells: [
      'var turn: number; for (turn = 0; turn < 4; turn++); for (var key in { x: 1, y: 2 }); for (var item of [5, 6]); [turn, key!, item!]',
    ],
    value: [4, 'y', 6],
  },
  {
    name: 'generators',
    cells: [
      'let made = 0; function* count(to: number) { while (made < to) { made++; yield made } } [...count(3), made]',
    ],
    value: [1, 2, 3, 3],
  },
  {
    name: 'functions are hoisted',
    cells: [
      'const early = hoisted(2); function hoisted(x: number) { return x * base() } function base() { return 5 } early',
    ],
    value: 10,
  },
  { name: 'arrow functions have their names', cells: ['let named = () => 1; named.name'], value: 'named' },
  {
    name: 'template literals and tags',
    cells: [
      'function tag(parts: TemplateStringsArray, ...xs: unknown[]) { return [parts.raw, xs] } const n1 = 4; tag`a${n1}\\n${n1 + 1}`',
    ],
    value: [
      ['a', '\\n', ''],
      [4, 5],
    ],
  },
  {
    name: 'shorthand properties and methods',
    cells: [
      'let short = 1; const made1 = { short, get twice() { return short * 2 }, inc() { return ++short } }; [made1.short, made1.inc(), made1.twice]',
    ],
    value: [1, 2, 4],
  },
  {
    name: 'characters outside of the first plane',
    cells: ['const 𝑥 = "😀"; const after = 𝑥 + "é"; after'],
    value: '😀é',
  },
  {
    name: 'JSX by the factory in scope',
    cells: [
      'const React = { createElement: (...parts: unknown[]) => parts };',
      'declare global { namespace JSX { interface IntrinsicElements { [tag: string]: object } } }',
      'const element = <b a="1">hi</b>; element',
    ],
    value: ['b', { a: '1' }, 'hi'],
    tslab: {
      because: 'JSX only stands in cells that say so with a magic',
      error: /expected|Cannot find name/,
    },
  },
  {
    name: 'standard decorators',
    cells: [
      'const calls: string[] = []; function logged<T extends (...args: never[]) => unknown>(f: T, { name }: ClassMethodDecoratorContext) { calls.push(String(name)); return f } class Decorated { @logged run() { return 1 } } [new Decorated().run(), calls]',
    ],
    value: [1, ['run']],
    tslab: { because: 'it has the older kind of decorators only', error: /signature of method decorator/ },
  },
  {
    name: 'using',
    cells: ['{ using held = { [Symbol.dispose]() { console.log("disposed") } }; console.log(typeof held) }'],
    stdout: 'object\ndisposed\n',
    tslab: { because: 'TypeScript 5.0 has no using', error: /Unexpected keyword/ },
  },
  {
    name: 'import.meta',
    cells: [
      '[import.meta.url.startsWith("file:"), require("path").isAbsolute(import.meta.dirname), new URL("./x", import.meta.url).pathname.endsWith("/x")]',
    ],
    value: [true, true, true],
    tslab: { because: 'cells are CommonJS', error: /import\.meta|dirname/ },
  },
];
