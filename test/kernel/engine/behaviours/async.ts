import type { Case } from './case.js';

/** await, for await, and what goes on between. */
export const asynchronous: readonly Case[] = [
  {
    name: 'await at the top level',
    cells: ['const awaited = await Promise.resolve(4); awaited + 1', 'awaited'],
    value: 4,
  },
  {
    name: 'a promise is not awaited by itself',
    cells: ['const promise1 = Promise.resolve(1); promise1 instanceof Promise'],
    value: true,
  },
  {
    name: 'for await',
    cells: [
      'const got: number[] = []; for await (const x of (async function* () { yield 1; yield 2 })()) got.push(x); got',
    ],
    value: [1, 2],
  },
  {
    name: 'for await without any other await',
    cells: ['for await (const x of [Promise.resolve("a")]) console.log(x)'],
    stdout: 'a\n',
  },
  {
    name: 'async functions, methods, arrows and generators',
    cells: [
      'async function f1() { await null; return 1 } class Async { async m() { return (await f1()) + 1 } static async *g() { yield await new Async().m() } } const arrow1 = async (x: number) => (await f1()) + x; const all: number[] = []; for await (const x of Async.g()) all.push(x); [all, await arrow1(5)]',
    ],
    value: [[2], 6],
  },
  {
    name: 'an async arrow that gives an object',
    cells: ['const giver = async (n: number) => ({ n: await n }); await giver(3)'],
    value: { n: 3 },
  },
  {
    name: 'nested awaits',
    cells: ['await (await Promise.resolve(Promise.resolve([await 1, await 2])))'],
    value: [1, 2],
  },
  {
    name: 'a rejection is the error of the cell',
    cells: ['await Promise.reject(new TypeError("rejected"))'],
    error: /TypeError.*rejected/,
  },
  {
    name: 'try, catch and finally around await',
    cells: [
      'const steps: string[] = []; try { await Promise.reject(1) } catch (e) { steps.push(`caught ${e}`); await null } finally { steps.push("finally") } steps',
    ],
    value: ['caught 1', 'finally'],
  },
  {
    name: 'a variable assigned between awaits',
    cells: [
      'let phase = 0; const bump = async () => { phase += 1; await null; phase += 10 }; const p1 = bump(); const between = phase; await p1; [between, phase]',
    ],
    value: [1, 11],
  },
  {
    name: 'timers of an earlier cell write its variables',
    cells: [
      'let ticks = 0; const timer = setInterval(() => { ticks++ }, 1)',
      'const from = ticks; await new Promise((done) => setTimeout(done, 50)); clearInterval(timer); ticks > from',
    ],
    value: true,
  },
  {
    name: 'output of both kinds',
    cells: ['console.log("out %d", 1); console.log([1, { a: 2 }])'],
    stdout: 'out 1\n[ 1, { a: 2 } ]\n',
  },
];
