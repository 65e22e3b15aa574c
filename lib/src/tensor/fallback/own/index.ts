import type { TensorFlow } from '../../types.js';
import { replaceConvolutions, replaceDepthwise } from './kernels/convolutions.js';
import { replaceCopies, replaceReluGradient, replaceSum } from './kernels/elementwise.js';
import { replaceMatMul } from './kernels/matrices.js';
import { replaceMaxPoolGradient } from './kernels/pooling.js';
import { OwnModule, type WasmBackend } from './module.js';

let started: OwnModule | undefined;

/** Puts the kernels of the module of our own in the place of those of the running WebAssembly backend. */
export function useOwnModule(tf: TensorFlow): void {
  const own = new OwnModule(tf.backend() as unknown as WasmBackend);
  for (const put of [
    replaceMatMul,
    replaceConvolutions,
    replaceDepthwise,
    replaceMaxPoolGradient,
    replaceSum,
    replaceReluGradient,
    replaceCopies,
  ])
    put(tf, own);
  started = own;
}

/** How many threads the WebAssembly backend's heavy kernels run on: 1 until the first of them has started the others. */
export function wasmThreads(): number {
  return started?.threads ?? 1;
}
