import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes files below a folder, by their paths within it. */
export function write(folder: string, files: Readonly<Record<string, string | object>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** Packages of every kind, as they are found in a project. */
export const packages = {
  'node_modules/esm-only/package.json': {
    name: 'esm-only',
    type: 'module',
    main: 'index.js',
    types: 'index.d.ts',
  },
  'node_modules/esm-only/index.js':
    'export const a = 1; export let n = 0; export const inc = () => { n++ }; export default function d() { return "esm" }',
  'node_modules/esm-only/index.d.ts':
    'export declare const a: number; export declare let n: number; export declare const inc: () => void; export default function d(): string;',
  'node_modules/dual/package.json': {
    name: 'dual',
    exports: {
      '.': { types: './index.d.ts', import: './i.mjs', require: './r.cjs' },
      './deep/*': { types: './deep.d.ts', default: './deep-*.cjs' },
    },
  },
  'node_modules/dual/i.mjs': 'export const kind = "import"',
  'node_modules/dual/r.cjs': 'exports.kind = "require"',
  'node_modules/dual/index.d.ts': 'export declare const kind: string;',
  'node_modules/dual/deep-x.cjs': 'exports.x = "deep"',
  'node_modules/dual/deep.d.ts': 'export declare const x: string;',
  'node_modules/only-import/package.json': {
    name: 'only-import',
    exports: { '.': { types: './index.d.ts', import: './i.mjs' } },
  },
  'node_modules/only-import/i.mjs': 'export const kind = "import only"',
  'node_modules/only-import/index.d.ts': 'export declare const kind: string;',
  'node_modules/plain-cjs/package.json': { name: 'plain-cjs', main: 'i.js', types: 'i.d.ts' },
  'node_modules/plain-cjs/i.js': 'module.exports = function f() { return "cjs" }; module.exports.k = 3',
  'node_modules/plain-cjs/i.d.ts':
    'declare function f(): string; declare namespace f { const k: number } export = f;',
  'node_modules/uses-given/package.json': {
    name: 'uses-given',
    type: 'module',
    main: 'i.js',
    types: 'i.d.ts',
  },
  'node_modules/uses-given/i.js':
    'import * as all from "given-lib"; import one, { value } from "given-lib"; export { all, one, value }',
  'node_modules/uses-given/i.d.ts':
    'export declare const all: { value: object }; export declare const one: string; export declare const value: object;',
  'node_modules/given-lib/package.json': { name: 'given-lib', main: 'i.js', types: 'i.d.ts' },
  'node_modules/given-lib/i.js': 'exports.value = "the copy on disk"',
  'node_modules/given-lib/i.d.ts':
    'export declare const value: object; declare const d: string; export default d;',
};
