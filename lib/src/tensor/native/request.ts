import fs from 'node:fs';
import path from 'node:path';
import { makePrivateFolder, nativeCacheRoot } from './cache.js';
import { chosenLibraries, librariesFolder, pinnedLibraries, wheelKey, type Libraries } from './choice.js';
import { NativeError } from './errors.js';
import { fileSha256 } from './hashes.js';
import { installedLibraries, isWorkingVersion, workingVersions } from './installed.js';
import type { LibraryRequest } from './libraries.js';
import type { Variant } from './pins.js';
import { checkPlatform, wheelForPlatform } from './platform.js';

/** Which TensorFlow is to be set up. Without any of these: the pinned wheel, fetched by pip. */
export interface WhichTensorFlow {
  /** The build for NVIDIA's graphics cards, with CUDA's libraries (3.4 GB to fetch). Default false. */
  readonly gpu?: boolean;
  /** A wheel file on this disk. It is verified only if its sha256 is the pinned one. */
  readonly from?: string;
  /** The TensorFlow in the environment of `python`, used where it lies. Nothing is verified. */
  readonly useInstalled?: boolean;
  /** Stay with what an earlier call chose by `from` or `useInstalled`, as long as it can be had. */
  readonly keep?: boolean;
}

/** @throws NativeError when what was asked for is not there or does not fit */
export async function resolveRequest(
  which: WhichTensorFlow,
  python: string,
  progress: (line: string) => void,
): Promise<LibraryRequest> {
  checkPlatform();
  const variant: Variant = which.gpu ? 'gpu' : 'cpu';
  if (which.from !== undefined && which.useInstalled)
    throw new RangeError('from and useInstalled were both given; take one of them.');
  if (which.from !== undefined) return fromWheel(path.resolve(which.from), variant);
  if (which.useInstalled) return { variant, libraries: await installedLibraries(python) };
  const chosen = which.keep ? chosenLibraries(variant) : undefined;
  const kept = chosen && (await keep(chosen, variant, progress));
  return kept ?? { variant, libraries: pinnedLibraries(variant), wheel: wheelForPlatform(variant) };
}

async function fromWheel(file: string, variant: Variant): Promise<LibraryRequest> {
  const unsuitable = (what: string) =>
    new NativeError(
      'unsuitable-tensorflow',
      `${file} ${what}.`,
      `Name a wheel of tensorflow or tensorflow-cpu, ${workingVersions}, for this platform.`,
    );
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile())
    throw unsuitable('is not there, or is no file');
  const [, project, version] = /^(tensorflow\w*)-([^-]+)-.*\.whl$/.exec(path.basename(file)) ?? [];
  if (!project || !version) throw unsuitable("does not have the name of one of TensorFlow's wheels");
  if (!isWorkingVersion(version)) throw unsuitable(`is of version ${version}`);
  const sha256 = await wheelHash(file);
  if (isPinned(sha256, variant)) return { variant, libraries: pinnedLibraries(variant), file };
  const name = project.replaceAll('_', '-');
  const key = wheelKey({ project: name, version, sha256 }, variant);
  const root = librariesFolder(key);
  const from = file;
  return {
    variant,
    libraries: { origin: 'wheel', project: name, version, key, root, verified: false, from },
    file,
  };
}

/** A file that has not changed since is not read again, so that a repeated set-up is quick. */
async function wheelHash(file: string): Promise<string> {
  const { size, mtimeMs, ctimeMs, ino } = fs.statSync(file);
  const state = [file, size, mtimeMs, ctimeMs, ino].join();
  const note = path.join(nativeCacheRoot(), 'wheel.json');
  try {
    const noted = JSON.parse(fs.readFileSync(note, 'utf8')) as { state: string; sha256: string };
    if (noted.state === state) return noted.sha256;
  } catch {
    // No note yet.
  }
  const sha256 = await fileSha256(file);
  makePrivateFolder(nativeCacheRoot());
  fs.writeFileSync(note, JSON.stringify({ state, sha256 }));
  return sha256;
}

function isPinned(sha256: string, variant: Variant): boolean {
  try {
    return wheelForPlatform(variant).sha256 === sha256;
  } catch {
    return false; // no wheel is pinned for this platform
  }
}

async function keep(
  chosen: Libraries,
  variant: Variant,
  progress: (line: string) => void,
): Promise<LibraryRequest | undefined> {
  const { origin, project, version, root, from } = chosen;
  try {
    if (origin === 'installed' && from) return { variant, libraries: await installedLibraries(from) };
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    progress(error.message);
  }
  const file = origin === 'wheel' && from && fs.existsSync(from) ? from : undefined;
  if (origin === 'wheel' && (file || fs.existsSync(path.join(root, 'manifest.json'))))
    return { variant, libraries: chosen, file };
  progress(`${project} ${version}, which was chosen before, is gone; taking the pinned wheel`);
  return undefined;
}
