import path from 'node:path';
import { buildAddon } from './addon.js';
import { makePrivateFolder } from './cache.js';
import { choose } from './choice.js';
import { findCompiler } from './compile.js';
import { asNativeError, NativeError } from './errors.js';
import { installationOf } from './installation.js';
import { ensureLibraries, type LibraryRequest } from './libraries.js';
import { withLock } from './lock.js';
import { prebuiltFits } from './prebuilt.js';
import { resolveRequest, type WhichTensorFlow } from './request.js';
import { verifyInstallation, type Manifest } from './verify.js';

export interface ProvisionOptions extends WhichTensorFlow {
  /** The Python whose pip fetches the wheel, or whose TensorFlow is used. Default `python3`. */
  readonly python?: string;
  /** Called at the start of each part of the work, and now and then while it downloads, with a line to show. */
  readonly onProgress?: (line: string) => void;
}

export interface Provisioned {
  /** The addon's folder. */
  readonly folder: string;
  readonly tensorflow: string;
  /** False when everything was already there. */
  readonly built: boolean;
  /** Was TensorFlow compared with a sha256 that is pinned in the source? */
  readonly verified: boolean;
  /** Where TensorFlow came from: one line. */
  readonly source: string;
}

/**
 * Puts native TensorFlow into the user's cache: fetches the wheel (274 MB), verifies it, takes the libraries out of it
 * (about 610 MB in the end), compiles TensorFlow.js's binding (or takes the one that the package ships) and tries it. When
 * only the binding's sources have changed, the libraries stay. Interrupted at any moment, the next call goes on; two at once
 * wait for each other; repeated, it only checks.
 * @throws NativeError with `code` and `remedy`; the WebAssembly fallback needs none of this
 */
export async function provisionNative(options: ProvisionOptions = {}): Promise<Provisioned> {
  const { python = 'python3', onProgress = () => undefined, ...which } = options;
  return explained(async () => setUp(await resolveRequest(which, python, onProgress), python, onProgress));
}

/** As {@link provisionNative}, for the given libraries. */
export function provisionRequest(
  request: LibraryRequest,
  python: string,
  progress: (line: string) => void,
): Promise<Provisioned> {
  return explained(() => setUp(request, python, progress));
}

async function explained<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw asNativeError(error, 'load-failed', 'Setting up native TensorFlow', 'Run the set-up again.');
  }
}

async function setUp(
  request: LibraryRequest,
  python: string,
  progress: (line: string) => void,
): Promise<Provisioned> {
  const { variant, libraries } = request;
  const target = installationOf(variant, libraries);
  const result = (built: boolean): Provisioned => {
    choose(variant, libraries);
    const { version: tensorflow, verified } = libraries;
    return { folder: target.folder, tensorflow, built, verified, source: describe(request) };
  };
  if (usable(target.folder)) return result(false);
  // First, for without a compiler the download would be for nothing.
  if (!(await prebuiltFits(target.sources))) await findCompiler();
  makePrivateFolder(path.dirname(target.folder));
  const wait = (pid: number) =>
    progress(`waiting for process ${pid}, which is setting up the same TensorFlow`);
  return withLock(`${target.folder}.lock`, wait, async () => {
    if (usable(target.folder)) return result(false);
    const sizes = await ensureLibraries(request, python, progress);
    // The addon may be whole where only the libraries were not.
    if (!usable(target.folder)) await buildAddon(target, sizes, progress);
    return result(true);
  });
}

function usable(folder: string): Manifest | undefined {
  try {
    return verifyInstallation(folder);
  } catch (error) {
    if (error instanceof NativeError && error.code === 'unsafe-cache') throw error;
    return undefined;
  }
}

function describe({ libraries, file }: LibraryRequest): string {
  const { origin, project, version, root, verified, from } = libraries;
  const what = `${project} ${version}`;
  if (origin === 'installed') return `${what} in ${root}. Nothing was verified: it is used as it lies there.`;
  if (verified) return `${what}${file ? ` from ${file}` : ''}. Verified: its sha256 is the pinned one.`;
  return `${what} from ${from ?? 'a wheel'}. Nothing was verified: no sha256 is pinned for this file.`;
}
