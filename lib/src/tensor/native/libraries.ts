import fs from 'node:fs';
import path from 'node:path';
import { makePrivateFolder } from './cache.js';
import type { Libraries } from './choice.js';
import { NativeError } from './errors.js';
import { extract } from './extract.js';
import { hashesOf, listFiles, sizesOf } from './hashes.js';
import { withLock } from './lock.js';
import { libraryMembers, wantedCudaMembers, wantedMembers } from './members.js';
import type { Variant } from './pins.js';
import { companionWheels } from './platform.js';
import { checkSpace } from './space.js';
import { strip } from './strip.js';
import { readManifest } from './verify.js';
import { fetchWheel, type Wheel } from './wheel.js';

/** Raised when what lies in the folder of libraries changes. */
const layout = 1;

interface LibraryManifest {
  readonly recipe: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly hashes: Readonly<Record<string, string>>;
}

/** How to get libraries that are not there. */
export interface LibraryRequest {
  readonly variant: Variant;
  readonly libraries: Libraries;
  /** Fetched by pip, unless `file` is given. */
  readonly wheel?: Wheel | undefined;
  /** A wheel on this disk. */
  readonly file?: string | undefined;
}

/**
 * The libraries, taken out of the wheel unless they are there and whole (their sha256 is compared).
 * @returns bytes by file, below `request.libraries.root`
 */
export async function ensureLibraries(
  request: LibraryRequest,
  python: string,
  progress: (line: string) => void,
): Promise<Readonly<Record<string, number>>> {
  const { libraries } = request;
  const { root } = libraries;
  if (libraries.origin === 'installed') return sizesOf(root, libraryMembers());
  makePrivateFolder(path.dirname(root));
  const onWait = (pid: number) =>
    progress(`waiting for process ${pid}, which is fetching the same TensorFlow`);
  return withLock(`${root}.lock`, onWait, async () => {
    const present = await wholeLibraries(root);
    if (present) {
      progress(`the libraries of ${libraries.project} ${libraries.version} are there`);
      return present.sizes;
    }
    return takeOut(request, python, progress);
  });
}

async function wholeLibraries(root: string): Promise<LibraryManifest | undefined> {
  try {
    const manifest = readManifest<LibraryManifest>(path.join(root, 'manifest.json'), layout);
    const files = Object.keys(manifest.sizes);
    const same = (found: object, noted: object) => JSON.stringify(found) === JSON.stringify(noted);
    if (!same(sizesOf(root, files), manifest.sizes)) return undefined;
    return same(await hashesOf(root, files), manifest.hashes) ? manifest : undefined;
  } catch {
    return undefined; // missing, torn or of another version: made anew
  }
}

async function takeOut(
  request: LibraryRequest,
  python: string,
  progress: (line: string) => void,
): Promise<Readonly<Record<string, number>>> {
  const { root } = request.libraries;
  const work = `${root}.work`;
  makePrivateFolder(work);
  try {
    const tree = path.join(work, 'tree');
    await fillTree(request, python, work, tree, progress);
    const sizes = await writeManifest(tree);
    // What a running process has loaded stays with it, though its name goes.
    if (fs.existsSync(root)) fs.renameSync(root, path.join(work, `old-${process.pid}`));
    fs.renameSync(tree, root);
    fs.rmSync(work, { recursive: true, force: true });
    return sizes;
  } catch (error) {
    // Of a damaged file there is nothing to go on with; what else was made serves the next attempt.
    const useless = error instanceof NativeError && error.code === 'damaged-wheel';
    if (useless || fs.readdirSync(work).length === 0) fs.rmSync(work, { recursive: true, force: true });
    throw error;
  }
}

async function fillTree(
  { variant, libraries, wheel, file }: LibraryRequest,
  python: string,
  work: string,
  tree: string,
  progress: (line: string) => void,
): Promise<void> {
  const companions = companionWheels(variant);
  checkSpace(work, wheel?.bytes ?? (file ? fs.statSync(file).size : 0), companions);
  const whole = file ?? (wheel && (await fetchWheel(wheel, python, work, progress)));
  if (!whole) throw wheelIsGone(libraries);

  fs.mkdirSync(tree, { recursive: true, mode: 0o700 });
  progress('taking the libraries out of it');
  await extract(python, whole, tree, wantedMembers());
  for (const companion of companions) await takeCuda(companion, python, work, tree, progress);

  progress('stripping the libraries');
  for (const member of libraryMembers()) await strip(path.join(tree, member), work);
}

async function writeManifest(tree: string): Promise<Readonly<Record<string, number>>> {
  const files: string[] = [];
  for (const name of listFiles(tree)) {
    // An attempt that was cut off may have left these.
    if (/\.part-\d+$|^manifest\.json$/.test(name)) fs.rmSync(path.join(tree, name));
    else files.push(name);
  }
  const sizes = sizesOf(tree, files);
  const manifest: LibraryManifest = { recipe: layout, sizes, hashes: await hashesOf(tree, files) };
  fs.writeFileSync(path.join(tree, 'manifest.json'), JSON.stringify(manifest, undefined, 2));
  return sizes;
}

/** CUDA's wheels are large: each goes when it has been taken out of, and a note of that stays. */
async function takeCuda(
  wheel: Wheel,
  python: string,
  work: string,
  tree: string,
  progress: (line: string) => void,
): Promise<void> {
  const note = path.join(work, `${wheel.project}.taken`);
  if (fs.existsSync(note)) return;
  const file = await fetchWheel(wheel, python, work, progress);
  await extract(python, file, tree, wantedCudaMembers);
  fs.writeFileSync(note, wheel.sha256);
  fs.rmSync(file);
}

function wheelIsGone({ project, version, from }: Libraries): NativeError {
  return new NativeError(
    'not-provisioned',
    `The libraries of ${project} ${version} must be taken out of its wheel again, and ${from ?? 'the wheel'} is gone.`,
    'npx gradoscope native --from WHEEL, or without --from for the pinned wheel.',
  );
}
