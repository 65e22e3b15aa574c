import path from 'node:path';
import { addWasmKernels } from './fallback/index.js';
import type { TensorFlow } from './types.js';

/** Starts the WebAssembly backend, with SIMD where the processor has it, from the files in its npm package. */
export async function startWasm(tf: TensorFlow): Promise<void> {
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  const dist = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  wasm.setWasmPaths(dist + path.sep);
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend did not start');
  addWasmKernels(tf);
}
