import fs from 'node:fs';
import path from 'node:path';
import { addWasmKernels } from './fallback/index.js';
import { useOwnModule } from './fallback/own/index.js';
import { withSharedMemory } from './fallback/own/shared-memory.js';
import { threadCount } from './fallback/own/threads.js';
import type { TensorFlow } from './types.js';

type Wasm = typeof import('@tensorflow/tfjs-backend-wasm');

/**
 * Starts the WebAssembly backend from the files in its npm package. Where the processor has SIMD, the heavy kernels are those
 * of a module of our own, on several threads; without, those that are missing are made of those that are there.
 */
export async function startWasm(tf: TensorFlow): Promise<void> {
  const wasm = require('@tensorflow/tfjs-backend-wasm') as Wasm;
  const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  const shared = simd && threadCount() > 1 ? sharedProgram(folder) : undefined;
  const began = shared ? await startFrom(tf, wasm, shared) : await start(tf, wasm, folder);
  if (!began) throw new Error('the WebAssembly backend did not start');
  addWasmKernels(tf);
  if (!simd) return;
  try {
    useOwnModule(tf);
  } catch (error) {
    const { message } = error as Error;
    process.emitWarning(
      `The WebAssembly backend goes on with slower kernels, without its module: ${message}`,
    );
  }
}

const SIMD_PROGRAM = 'tfjs-backend-wasm-simd.wasm';

function sharedProgram(folder: string): Uint8Array | undefined {
  return withSharedMemory(fs.readFileSync(path.join(folder, SIMD_PROGRAM)));
}

function start(tf: TensorFlow, wasm: Wasm, folder: string): Promise<boolean> {
  wasm.setWasmPaths(folder + path.sep);
  return tf.setBackend('wasm');
}

/** The backend fetches its program through TensorFlow.js's platform, which is given the one in hand. */
async function startFrom(tf: TensorFlow, wasm: Wasm, program: Uint8Array): Promise<boolean> {
  const { platform } = tf.env();
  const { fetch } = platform;
  const name = 'gradoscope:tfjs-backend-wasm';
  wasm.setWasmPaths(
    {
      'tfjs-backend-wasm.wasm': name,
      [SIMD_PROGRAM]: name,
      'tfjs-backend-wasm-threaded-simd.wasm': name,
    },
    true,
  );
  platform.fetch = (url, ...rest) =>
    url === name ? Promise.resolve(new Response(program)) : fetch.call(platform, url, ...rest);
  try {
    return await tf.setBackend('wasm');
  } finally {
    platform.fetch = fetch;
  }
}
