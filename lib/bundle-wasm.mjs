// Writes dist/tensor/fallback/own/kernels.wasm and kernels-shared.wasm, for a memory of one thread and of several: the WebAssembly
// backend's heavy kernels, from lib/wasm. `node lib/bundle-wasm.mjs`; nothing is done where both are newer than their sources.
import fs from 'node:fs';
import path from 'node:path';
import { isMain, runMain } from '../scripts/lib/main.mjs';
import { Problem } from '../scripts/lib/problem.mjs';

const sources = path.join(import.meta.dirname, 'wasm');
const products = path.join(import.meta.dirname, 'dist/tensor/fallback/own');
const files = ['kernels.wasm', 'kernels-shared.wasm'].map((name) => path.join(products, name));

// Neither a heap nor text of its own: the memory is another program's.
const OPTIONS = '-O3 --runtime stub --importMemory --noAssert --use abort= --enable simd'.split(' ');
const SHARED = '--enable threads --sharedMemory --initialMemory 1 --maximumMemory 65536'.split(' ');

export async function bundleWasm() {
  const written = (/** @type {string} */ file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newest = Math.max(
    ...fs.readdirSync(sources).map((name) => written(path.join(sources, name))),
    written(import.meta.filename),
  );
  if (files.every((file) => written(file) > newest)) return;
  const { default: asc } = await import('assemblyscript/asc');
  for (const [file, more] of /** @type {const} */ ([
    [files[0], []],
    [files[1], SHARED],
  ])) {
    const { error, stderr } = await asc.main([
      'wasm/index.ts',
      ...['--baseDir', import.meta.dirname, '-o', path.relative(import.meta.dirname, file)],
      ...OPTIONS,
      ...more,
    ]);
    if (error) throw new Problem('The WebAssembly kernels do not compile.', stderr.toString());
  }
}

if (isMain(import.meta.url)) await runMain(bundleWasm);
