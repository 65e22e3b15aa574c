import type { Case } from './case.js';

/** What is refused, and what is thrown. */
export const errors: readonly Case[] = [
  {
    name: 'a type error',
    cells: ['const wrong: number = "text"'],
    error: /TypeScriptError.*Type 'string' is not assignable to type 'number'/,
  },
  {
    name: 'nothing of such a cell has run',
    cells: ['typeof (globalThis as any).touched', '(globalThis as any).touched = 1; const bad: string = 5'],
    error: /not assignable/,
  },
  { name: 'as the next cell sees', cells: ['typeof (globalThis as any).touched'], value: 'undefined' },
  { name: 'nor are its declarations there', cells: ['bad'], error: /Cannot find name 'bad'/ },
  { name: 'a syntax error', cells: ['let = ;'], error: /TypeScriptError/ },
  { name: 'a name that nobody knows', cells: ['unknownName + 1'], error: /Cannot find name 'unknownName'/ },
  {
    name: 'an assignment to a constant of an earlier cell',
    cells: ['const firm = 1', 'firm = 2'],
    error: /constant|import/,
  },
  { name: 'a member that is not there', cells: ['[1].fold()'], error: /Property 'fold' does not exist/ },
  { name: 'an exception', cells: ['throw new RangeError("far")'], error: /RangeError.*far/ },
  { name: 'a thrown value', cells: ['throw { code: 5 }'], error: /Uncaught.*code: 5/ },
  {
    name: 'a class of errors of the user’s own',
    cells: ['class Mine extends Error { override name = "Mine" }', 'throw new Mine("own")'],
    error: /Mine.*own/,
  },
  {
    name: 'a cell that asks not to be checked',
    cells: ['// @ts-nocheck\nconst unchecked: number = "text"; unchecked'],
    value: 'text',
    tslab: { because: 'it checks every cell', error: /not assignable/ },
  },
  {
    name: 'a line that asks not to be checked',
    cells: ['// @ts-ignore\nconst ignored: number = "text"; ignored'],
    value: 'text',
  },
];
