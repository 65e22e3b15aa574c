/** What `gradoscope-kernel start --preload` loads: TensorFlow.js and this library, in the notebook's process. */
import fs from 'node:fs';
import path from 'node:path';
import { reuseCompiledCode } from './tensor/code-cache/index.js';
import { pinTensorFlow } from './tensor/one-copy.js';

const tfjsTypes = path.resolve(__dirname, '../types/tfjs.d.ts');
// All in one file, where that has been made: a compiler reads it in a fifth of the time.
const bundledTypes = path.join(__dirname, 'types/tfjs.d.ts');
const tfjsDeclarations = { types: tfjsTypes, ...(fs.existsSync(bundledTypes) && { bundle: bundledTypes }) };
const declarations = (name: string) => path.join(__dirname, `${name}.d.ts`);

const tfjsNames = ['@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];
const ownNames: Readonly<Record<string, string>> = {
  gradoscope: './index',
  'gradoscope/run': './run/index',
  'gradoscope/figures': './figures/index',
  'gradoscope/display': './display/index',
  'gradoscope/accelerate': './accelerate/index',
};

/** The import specifiers that this module answers for, with the files that type them. */
export const provides: Readonly<Record<string, { types?: string; bundle?: string }>> = {
  ...Object.fromEntries(tfjsNames.map((name) => [name, tfjsDeclarations])),
  ...Object.fromEntries(
    Object.entries(ownNames).map(([name, file]) => [name, { types: declarations(file) }]),
  ),
};

let guarded: typeof import('./tensor/engine-state.js') | undefined;

/** The native library is mapped in another thread, and TensorFlow.js is compiled; which backend computes is still open. */
export const warm: readonly ((context: { cwd: string }) => unknown)[] = [
  () => {
    const { prefetchNative } =
      require('./tensor/native/prefetch.js') as typeof import('./tensor/native/prefetch.js');
    return prefetchNative();
  },
  ({ cwd }) => {
    pinTensorFlow(cwd);
    const done = reuseCompiledCode();
    require('@tensorflow/tfjs');
    done();
  },
];

/** Loads TensorFlow.js, with native TensorFlow when it has been set up, and gives the module objects by specifier. */
export async function load({ cwd }: { cwd: string }): Promise<Readonly<Record<string, unknown>>> {
  pinTensorFlow(cwd); // first: what follows requires TensorFlow.js
  const { loadTensorFlow } = require('./tensor/index.js') as typeof import('./tensor/index.js');
  const loaded = reuseCompiledCode();
  const { tf } = await loadTensorFlow({ cwd }).finally(loaded);
  const { showTensorFlow } = require('./display/tensorflow.js') as typeof import('./display/tensorflow.js');
  showTensorFlow(tf);
  guarded = require('./tensor/engine-state.js') as typeof import('./tensor/engine-state.js');
  const modules: Record<string, unknown> = {};
  for (const name of tfjsNames) modules[name] = tf;
  // The library itself is loaded when a cell asks for it.
  for (const [name, file] of Object.entries(ownNames))
    Object.defineProperty(modules, name, { enumerable: true, get: () => require(file) as unknown });
  return modules;
}

/**
 * Taken before a cell runs; the result is called when an interrupt has ended it.
 * @param cell the id of its execute request; undefined: no cell runs
 */
export function guard(cell: string | undefined): () => void {
  return guarded ? guarded.cellState(cell) : () => undefined;
}
