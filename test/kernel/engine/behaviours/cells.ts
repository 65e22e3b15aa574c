import type { Case } from './case.js';

const apart =
  'later assignments do not reach the functions of earlier cells: each cell has variables of its own';

/** What cells share with each other. */
export const cells: readonly Case[] = [
  {
    name: 'variables of earlier cells',
    cells: [
      'let shared = 1; const fixed = 2; var old = 3; function sum() { return shared + fixed + old } class Held { n = 4 }',
      'shared + fixed + old + sum() + new Held().n',
    ],
    value: 16,
  },
  {
    name: 'an earlier variable is assigned to',
    cells: ['let assigned1 = 1', 'assigned1 = 5; assigned1 += 2', 'assigned1'],
    value: 7,
  },
  {
    name: 'functions of earlier cells see later assignments',
    cells: ['let seen1 = 1; const look = () => seen1', 'seen1 = 2', 'look()'],
    value: 2,
    tslab: { because: apart, value: 1 },
  },
  {
    name: 'functions of earlier cells see a new declaration',
    cells: ['let again = 1; const read = () => again', 'let again = 8', 'read()'],
    value: 8,
    tslab: { because: apart, value: 1 },
  },
  {
    name: 'what an earlier function assigns is seen later',
    cells: ['let tally = 0; const add = (n: number) => { tally += n }', 'add(2); add(3); tally', 'tally'],
    value: 5,
  },
  {
    name: 'a loop that throws leaves its variables as they were then',
    cells: [
      'let reached = 0; try { for (;;) { reached += 2; if (reached === 6) throw new Error("enough"); } } catch {}',
      'reached',
    ],
    value: 6,
  },
  {
    name: 'a loop is left by a label, and from within another',
    cells: [
      'let turns1 = 0, whole1 = 0; outer: for (let i = 0; ; i++) { whole1++; for (;;) { turns1++; if (turns1 % 3 === 0) continue outer; if (turns1 > 10) break outer; } }',
      '[turns1, whole1]',
    ],
    value: [11, 4],
  },
  {
    name: 'a loop without braces, and one after it',
    cells: [
      'let a1 = 0; for (let i = 0; i < 4; i++) a1 += i\nlet b1 = 0; do b1++; while (b1 < a1)',
      '[a1, b1]',
    ],
    value: [6, 6],
  },
  {
    name: 'functions see what a loop assigns while it goes on',
    cells: [
      'let now1 = 0; const seen2: number[] = []; const note1 = () => seen2.push(now1); for (let i = 0; i < 3; i++) { now1 += 10; note1(); } seen2',
    ],
    value: [10, 20, 30],
  },
  {
    name: 'a name that a loop also declares within',
    cells: [
      'let twice1 = 1; for (let i = 0; i < 3; i++) { twice1 *= 2; { let twice1 = 99; twice1++; } }',
      'twice1',
    ],
    value: 8,
  },
  {
    name: 'an earlier variable in a loop between awaits',
    cells: [
      'let sum1 = 1',
      'for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) sum1 += j; await null; }',
      'sum1',
    ],
    value: 10,
  },
  {
    name: 'a variable of a loop by var',
    cells: ['for (var k1 = 0; k1 < 5; k1++) { var last1 = k1 * 2; last1 += 1 }', '[k1, last1]'],
    value: [5, 9],
    tslab: { because: 'it knows no `var` of an inner block', error: /Cannot find name/ },
  },
  {
    name: 'a function of an earlier cell assigns within a loop',
    cells: [
      'let moved = 0; const move = () => { moved += 10 }',
      'for (let i = 0; i < 3; i++) { moved++; move() } moved',
    ],
    value: 33,
    tslab: { because: apart, value: 30 },
  },
  {
    name: 'const is declared again',
    cells: ['const twice = 1', 'const twice = "a"', 'twice.length'],
    value: 1,
  },
  {
    name: 'class is declared again',
    cells: ['class Again { a() { return 1 } }', 'class Again { b() { return 2 } }', 'new Again().b()'],
    value: 2,
  },
  {
    name: 'enum is declared again, without its old members',
    cells: ['enum Kind { A = 1, B = 2 }', 'enum Kind { C = 3 }', 'Object.keys(Kind)'],
    value: ['3', 'C'],
  },
  {
    name: 'a type is declared again',
    cells: [
      'type Changing = string',
      'type Changing = number; const ofType: Changing = 3',
      'const ofType2: Changing = ofType; ofType2',
    ],
    value: 3,
  },
  {
    name: 'a kind of declaration gives way to another',
    cells: ['const form = 1', 'function form() { return 2 }', 'class form {}', 'let form = 4', 'form'],
    value: 4,
  },
  {
    name: 'callers in other cells see a function declared again',
    cells: [
      'function part() { return "old" }',
      'function whole() { return part() }',
      'function part() { return "new" }',
      'whole()',
    ],
    value: 'new',
  },
  {
    name: 'callers in the same cell keep theirs',
    cells: [
      'function part2() { return "old" } function whole2() { return part2() }',
      'function part2() { return "new" }',
      'whole2()',
    ],
    value: 'old',
  },
  {
    name: 'imports serve later cells',
    cells: [
      'import * as path from "path"; import { join } from "node:path"; import os from "os"',
      '[join("a", "b") === path.join("a", "b"), typeof os.cpus]',
    ],
    value: [true, 'function'],
  },
  {
    name: 'an import gives way to a declaration',
    cells: ['import { sep } from "path"', 'let sep = 3; sep++', 'sep'],
    value: 4,
  },
  {
    name: 'interfaces and generics serve later cells',
    cells: [
      'interface Box<T> { value: T } class Holder<T> implements Box<T> { constructor(public value: T) {} }',
      'const box: Box<number> = new Holder(3); box.value',
    ],
    value: 3,
  },
  {
    name: 'export means nothing more',
    cells: [
      'export const exported = 1; export function fromExport() { return 2 } export type Ex = string; export { exported as other }',
      '[exported, fromExport()]',
    ],
    value: [1, 2],
    tslab: { because: 'it exports every name itself', error: /Cannot redeclare exported/ },
  },
  {
    name: 'a var in a block',
    cells: ['{ var inBlock = 1 } if (false) { var never1 = 1 }', '[inBlock, never1]'],
    value: [1, undefined],
    tslab: { because: 'a var in a block is not kept', error: /Cannot find name/ },
  },
  {
    name: 'several declarations in a statement',
    cells: [
      'let one = 1, two = one + 1, { three, ...restOf } = { three: 3, four: 4 }',
      '[one, two, three, restOf]',
    ],
    value: [1, 2, 3, { four: 4 }],
  },
  {
    name: 'what stood before an exception is kept',
    cells: [
      'let kept = 0; const made = "yes"; kept = 5',
      'kept = 6; const half = kept + 1; if (kept > 1) throw new Error("stop"); const never = 1',
    ],
    error: /stop/,
  },
  { name: 'and is there in the next cell', cells: ['[kept, made, half]'], value: [6, 'yes', 7] },
  {
    name: 'an exception in the middle of a loop',
    cells: [
      'let turns = 0, total = 0',
      'while (true) { turns++; total += turns; if (turns === 1000) throw new RangeError("enough") }',
    ],
    error: /RangeError.*enough/,
  },
  { name: 'leaves its last values', cells: ['[turns, total]'], value: [1000, 500500] },
  {
    name: 'captured variables in a loop',
    cells: [
      'const closures: (() => number)[] = []; let captured = 0; for (let i = 0; i < 3; i++) { captured += i; closures.push(() => i * 10 + captured) } closures.map((f) => f())',
    ],
    value: [3, 13, 23],
  },
  {
    name: 'a shorthand property of an earlier variable',
    cells: ['let brief = 1', 'const wrapped = { brief }; wrapped.brief'],
    value: 1,
    tslab: { because: 'it overlooks the name in a shorthand property', error: /brief is not defined/ },
  },
  {
    name: 'typeof and keyof of earlier values',
    cells: [
      'const config = { depth: 2, name: "n" }',
      'const copy: typeof config = { depth: 3, name: "m" }; const field: keyof typeof config = "depth"; copy[field]',
    ],
    value: 3,
  },
];
