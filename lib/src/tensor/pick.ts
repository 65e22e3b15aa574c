import { NativeError } from './native/errors.js';
import type { Variant } from './native/pins.js';
import type { BackendName } from './types.js';

/** What this machine has of native TensorFlow, before any of it is loaded. */
export interface Capabilities {
  /** Why each build cannot be loaded; undefined: it can. */
  readonly builds: Record<Variant, NativeError | undefined>;
  /** Is there an NVIDIA GPU that this process may use? */
  readonly gpu: boolean;
}

/** The build to load, or why there is none. */
export type Choice =
  | { readonly build: Variant; readonly hideGpu: boolean }
  | { readonly build: undefined; readonly why: NativeError };

/**
 * Picks the build of native TensorFlow: with CUDA where a GPU is, else the one for the processor, which is smaller and loads
 * sooner, else whichever there is.
 * @param asked undefined: the fastest
 * @throws NativeError when a backend is asked for that no build can serve
 */
export function pick(asked: 'gpu' | 'native' | undefined, { builds, gpu }: Capabilities): Choice {
  const has = (build: Variant): boolean => builds[build] === undefined;
  if (asked === 'gpu') {
    if (builds.gpu) throw builds.gpu;
    return { build: 'gpu', hideGpu: false }; // whether there is a GPU TensorFlow says, once it is loaded
  }
  if (asked === undefined && gpu && has('gpu')) return { build: 'gpu', hideGpu: false };
  if (has('cpu')) return { build: 'cpu', hideGpu: false };
  if (has('gpu')) return { build: 'gpu', hideGpu: asked === 'native' };
  const why = builds.cpu as NativeError;
  if (asked) throw why;
  return { build: undefined, why };
}

/** What is known once a build is loaded. */
export interface LoadedBuild {
  readonly build: Variant;
  readonly hideGpu: boolean;
  /** TensorFlow's version. */
  readonly version: string;
  /** Does TensorFlow list a GPU? */
  readonly usesGpu: boolean;
}

/**
 * The name of what computes, and why.
 * @throws NativeError `no-gpu` when a GPU was asked for and TensorFlow lists none
 */
export function settle(
  asked: BackendName | undefined,
  { build, hideGpu, version, usesGpu }: LoadedBuild,
): { readonly name: 'gpu' | 'native'; readonly reason: string } {
  const what = `Native TensorFlow ${version}${build === 'gpu' ? ' with CUDA' : ''} is set up`;
  if (usesGpu) return { name: 'gpu', reason: `${what} and lists a GPU.` };
  if (asked === 'gpu')
    throw new NativeError(
      'no-gpu',
      `Backend 'gpu' was asked for, but TensorFlow ${version} lists no GPU.`,
      'See whether nvidia-smi lists one and CUDA_VISIBLE_DEVICES does not hide it; or unset GRADOSCOPE_BACKEND. Then restart.',
    );
  if (build === 'cpu') return { name: 'native', reason: `${what}.` };
  const but = hideGpu ? "'native' was asked for" : 'it lists no GPU';
  return { name: 'native', reason: `${what}; ${but}, so it computes on the processor.` };
}
