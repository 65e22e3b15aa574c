import { cureGradients } from './cures/gradients.js';
import { cureGreeting } from './cures/greeting.js';
import { capabilities } from './native/capabilities.js';
import { NativeError } from './native/errors.js';
import { installation } from './native/installation.js';
import { loadVerified } from './native/load.js';
import { prefetchNative } from './native/prefetch.js';
import { pinTensorFlow } from './one-copy.js';
import { pick, settle, type Capabilities, type Choice } from './pick.js';
import { noteStockClasses } from './stock-classes.js';
import type { Backend, BackendName, TensorFlow } from './types.js';
import { makeReadable } from './readable.js';
import { startWasm } from './wasm.js';

export interface LoadOptions {
  /** The backend to take; default: the environment's `GRADOSCOPE_BACKEND`, or else the fastest there is. */
  readonly backend?: BackendName;
  /** The folder whose own copy of TensorFlow.js is taken when its version fits. Default: the current folder. */
  readonly cwd?: string;
}

const names: readonly BackendName[] = ['gpu', 'native', 'wasm', 'cpu'];
const key = Symbol.for('gradoscope.backend');
const shared = globalThis as { [key]?: { loading: Promise<Backend>; loaded?: Backend } };

/**
 * Loads TensorFlow.js once for the process and picks what computes: native TensorFlow when it has been set up, on a GPU
 * where its CUDA build has been and lists one, else WebAssembly, else plain JavaScript. It never compiles or downloads anything. Later calls give the same result.
 * @throws NativeError when native TensorFlow (or a GPU) was asked for and cannot be had
 * @throws RangeError when the backend asked for has an unknown name, or is another than the one already loaded
 */
export async function loadTensorFlow(options: LoadOptions = {}): Promise<Backend> {
  const asked = askedBackend(options);
  const first = (shared[key] ??= { loading: load(asked, options.cwd) });
  try {
    first.loaded = finished(await first.loading);
  } catch (error) {
    if (shared[key] === first) Reflect.deleteProperty(shared, key);
    throw error;
  }
  if (asked && asked !== first.loaded.name) {
    throw new RangeError(
      `backend '${asked}' was asked for, but this process already computes with '${first.loaded.name}'. Restart it (in a notebook: the kernel) to change.`,
    );
  }
  return first.loaded;
}

/** Why {@link loadNativeNow} has loaded nothing: WebAssembly, for one, cannot be started at once. */
export type NotLoaded = Pick<Backend, 'reason' | 'howToGetNative'> & { readonly native: false };

/**
 * {@link loadTensorFlow} for a `require`, which cannot wait: native TensorFlow where it is set up, or what is loaded already.
 * @returns `loading`: {@link loadTensorFlow} has been called, and is not done yet
 * @throws NativeError when `GRADOSCOPE_BACKEND` is `native` or `gpu` and it cannot be had
 */
export function loadNativeNow(): Backend | NotLoaded | 'loading' {
  const before = shared[key];
  if (before) return before.loaded ?? 'loading';
  const asked = askedBackend({});
  if (asked === 'wasm' || asked === 'cpu')
    return {
      native: false,
      reason: `'${asked}' was asked for.`,
      howToGetNative: 'Unset GRADOSCOPE_BACKEND and restart.',
    };
  pinTensorFlow();
  const found = loadBuildNow(asked, capabilities());
  if (found instanceof NativeError)
    return { native: false, reason: found.message, howToGetNative: found.remedy };
  const loaded = finished(found);
  shared[key] = { loading: Promise.resolve(loaded), loaded };
  return loaded;
}

/** What {@link loadTensorFlow} loaded, or undefined before that. */
export function backend(): Backend | undefined {
  return shared[key]?.loaded;
}

function askedBackend(options: LoadOptions): BackendName | undefined {
  const fromEnvironment = options.backend === undefined;
  const asked = options.backend ?? process.env['GRADOSCOPE_BACKEND'];
  if (!asked) return undefined;
  const known = names.find((name) => name === asked);
  if (known) return known;
  const where = fromEnvironment ? 'The environment variable GRADOSCOPE_BACKEND' : 'backend';
  throw new RangeError(`${where} is '${asked}'; allowed are ${names.map((name) => `'${name}'`).join(', ')}.`);
}

async function load(asked: BackendName | undefined, cwd: string | undefined): Promise<Backend> {
  pinTensorFlow(cwd);
  let missing: NativeError | undefined;
  if (asked === undefined || asked === 'native' || asked === 'gpu') {
    const found = await loadBuild(asked);
    if (!(found instanceof NativeError)) return found;
    missing = found;
  }
  const tf = require('@tensorflow/tfjs') as TensorFlow;
  const howToGetNative = missing?.remedy ?? 'Unset GRADOSCOPE_BACKEND and restart.';
  const because = missing ? missing.message : `'${String(asked)}' was asked for.`;
  if (asked !== 'cpu') {
    try {
      await startWasm(tf);
      return { tf, name: 'wasm', native: false, reason: because, howToGetNative };
    } catch (error) {
      if (asked) throw error;
    }
  }
  if (!(await tf.setBackend('cpu'))) throw new Error('No backend of TensorFlow.js could be started.');
  cureGreeting(tf);
  return { tf, name: 'cpu', native: false, reason: because, howToGetNative };
}

function finished(loaded: Backend): Backend {
  noteStockClasses(loaded.tf);
  makeReadable(loaded.tf);
  cureGradients(loaded.tf);
  return loaded;
}

type Asked = 'gpu' | 'native' | undefined;

/** @returns why there is no native TensorFlow, where none was asked for */
async function loadBuild(asked: Asked): Promise<Backend | NativeError> {
  const able = capabilities();
  const { build } = pick(asked, able);
  if (build === undefined) return loadBuildNow(asked, able);
  const mapped = prefetchNative(build).catch((error: unknown) => {
    if (!(error instanceof NativeError)) throw error; // the real load says what is wrong
  });
  // Meanwhile, in this thread; its errors are the addon's too.
  require('@tensorflow/tfjs');
  await mapped;
  return loadBuildNow(asked, able);
}

function loadBuildNow(asked: Asked, { builds, gpu }: Capabilities): Backend | NativeError {
  for (;;) {
    const choice = pick(asked, { builds, gpu });
    if (choice.build === undefined) return choice.why;
    let tf: TensorFlow;
    try {
      tf = startNative(choice);
    } catch (error) {
      if (!(error instanceof NativeError)) throw error;
      builds[choice.build] = error; // and the other is picked, if it can be
      continue;
    }
    const loaded = { ...choice, version: nativeVersion(tf), usesGpu: usesGpu(tf) };
    return { tf, ...settle(asked, loaded), native: true, howToGetNative: undefined };
  }
}

function startNative({ build, hideGpu }: Extract<Choice, { hideGpu: boolean }>): TensorFlow {
  if (hideGpu) process.env['CUDA_VISIBLE_DEVICES'] = '-1';
  const tf = loadVerified(installation(build).folder);
  replaceUnion(tf);
  return tf;
}

/** From here on `require('@tensorflow/tfjs')` gives the object that has `node`, and `io` with files. */
function replaceUnion(tf: TensorFlow): void {
  const file = require.resolve('@tensorflow/tfjs');
  const loaded = require.cache[file];
  if (loaded) loaded.exports = tf;
}

function usesGpu(tf: TensorFlow): boolean {
  return (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}

function nativeVersion(tf: TensorFlow): string {
  const { binding } = tf.backend() as unknown as { binding?: { TF_Version?: string } };
  return binding?.TF_Version ?? '';
}
