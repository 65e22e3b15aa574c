import type { Case } from './case.js';

const cjs = 'it looks for modules as CommonJS does, without `exports` maps';

/** Imports, in a folder that holds the files of support/packages.ts. */
export const modules: readonly Case[] = [
  {
    name: 'modules of node, in every form',
    cells: [
      'import fs, { readFileSync } from "fs"; import * as fs2 from "node:fs"; import "node:path"',
      '[fs.readFileSync === readFileSync, fs2.readFileSync === readFileSync, require("fs") === fs]',
    ],
    value: [true, true, true],
  },
  {
    name: 'dynamic import',
    cells: ['const dynamic = await import("fs/promises"); typeof dynamic.readFile'],
    value: 'function',
  },
  {
    name: 'a CommonJS package',
    cells: [
      'import f, { k } from "plain-cjs"; import * as ns from "plain-cjs"',
      '[f(), k, ns.k, require("plain-cjs") === f]',
    ],
    value: ['cjs', 3, 3, true],
  },
  {
    name: 'an ES-only package',
    cells: ['import d, { a } from "esm-only"; [d(), a]'],
    value: ['esm', 1],
  },
  {
    name: 'whose variables are seen as they change',
    cells: ['import { n, inc } from "esm-only"; const before = n; inc(); [before, n]', 'inc(); n'],
    value: 2,
    tslab: { because: 'what a cell imports is copied', value: 0 },
  },
  {
    name: 'a package with both prefers require',
    cells: ['import { kind } from "dual"; kind'],
    value: 'require',
  },
  {
    name: 'patterns in exports',
    cells: ['import { x } from "dual/deep/x"; x'],
    value: 'deep',
    tslab: { because: cjs, error: /Cannot find module/ },
  },
  {
    name: 'a package with import only',
    cells: ['import { kind as only } from "only-import"; only'],
    value: 'import only',
    tslab: { because: 'it loads packages by require', error: /No "exports" main/ },
  },
  {
    name: 'JSON',
    cells: [
      'import data from "./data.json"; import { x as fromData } from "./data.json"; [data.x, fromData]',
    ],
    value: [5, 5],
  },
  {
    name: 'JSON with an attribute',
    cells: ['import attributed from "./data.json" with { type: "json" }; attributed.x'],
    value: 5,
    tslab: { because: 'TypeScript 5.0 has no import attributes', error: /expected/ },
  },
  {
    name: 'a local file and what it imports',
    cells: [
      'import Thing, { count, inc as increase, Color, renamed, viaJson } from "./local/index"; increase(); [count, Color.Green, new Thing(3).n, renamed(1), viaJson]',
    ],
    value: [1, 1, 3, 10, 5],
  },
  {
    name: 'a local file under its later name',
    cells: ['import { helper } from "./local/helper.js"; helper(4)'],
    value: 40,
  },
  {
    name: 'a local file that awaits',
    cells: ['import { late } from "./late"; late'],
    value: 'came',
    tslab: { because: 'files are CommonJS', error: /only allowed within async functions/ },
  },
  {
    name: 'a local JavaScript file',
    cells: ['// @ts-ignore\nconst old = require("./old.js"); [old.kind, typeof old.file]'],
    value: ['commonjs', 'string'],
  },
  {
    name: 'files that import each other',
    cells: ['import { ping } from "./ping"; ping(3)'],
    value: 'ping pong ping end',
    tslab: { because: 'its compiler follows such imports without end', error: /Maximum call stack/ },
  },
  {
    name: 'a local file that catches at its top level',
    cells: ['import { caught } from "./careful"; caught'],
    value: 'thrown',
  },
  {
    name: 'an import that is a type',
    cells: [
      'import { Shape } from "./types"; import type { Stats } from "fs"; const shape: Shape = { sides: 3 }; shape',
    ],
    value: { sides: 3 },
  },
  {
    name: 'a package that is not there',
    cells: ['import * as nothing from "no-such-package"; nothing'],
    error: /Cannot find module 'no-such-package'/,
  },
  { name: 'tslab', cells: ['import * as tslab from "tslab"; typeof tslab.display.html'], value: 'function' },
];

export const files = {
  'data.json': { x: 5 },
  'late.ts': 'export const late: string = await new Promise((done) => setTimeout(() => done("came"), 5));',
  'old.js': 'module.exports = { kind: "commonjs", file: __filename };',
  'ping.ts':
    'import { pong } from "./pong"; export function ping(n: number): string { return n > 0 ? `ping ${pong(n - 1)}` : "end"; }',
  'pong.ts':
    'import { ping } from "./ping"; export const pong = (n: number): string => (n > 0 ? `pong ${ping(n - 1)}` : "end");',
  'careful.ts': 'export let caught = ""; try { throw "thrown" } catch (e) { caught = String(e) }',
  'types.ts': 'export interface Shape { sides: number }',
  'local/index.ts': `import { helper } from './helper';
import data from '../data.json';
export let count = 0;
export function inc(): void { count++; }
export const viaJson = data.x;
export default class Thing { constructor(public n: number) {} }
export * from './more';
export { helper as renamed };
`,
  'local/helper.ts': 'export const helper = (n: number): number => n * 10;',
  'local/more.ts':
    'export enum Color { Red, Green }\n\nexport function fails(): never {\n  throw new Error("from more");\n}\n',
};
