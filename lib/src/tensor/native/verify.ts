import fs from 'node:fs';
import path from 'node:path';
import { checkPrivateFolder, checkTrustedFolder, nativeCacheRoot } from './cache.js';
import { NativeError, setUpCommand } from './errors.js';
import { sha256 } from './hashes.js';
import { libraryLink, recipe } from './layout.js';

/** What is written last into an addon's folder: its presence means that everything else is whole. */
export interface Manifest {
  readonly recipe: number;
  readonly tensorflow: string;
  readonly tfjs: string;
  readonly origin: 'pinned' | 'wheel' | 'installed';
  readonly verified: boolean;
  /** Where the link to the libraries leads. */
  readonly link: string;
  /** sha256 by file of this folder, checked at each load. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Bytes by file, below the folder that holds `tensorflow/`: the libraries are too large to hash at each load. */
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * Checks an installation before code is loaded from it.
 * @throws NativeError `not-provisioned`, `other-version`, `unsafe-cache` or `damaged`
 */
export function verifyInstallation(folder: string): Manifest {
  const file = path.join(folder, 'manifest.json');
  if (!fs.existsSync(file)) {
    const what = `Native TensorFlow has not been set up (${folder} is not there).`;
    throw new NativeError('not-provisioned', what + olderOnes(), setUpCommand);
  }
  checkPrivateFolder(folder);
  try {
    const manifest = readManifest<Manifest>(file, recipe);
    checkFiles(folder, manifest);
    return manifest;
  } catch (error) {
    if (error instanceof NativeError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new NativeError(
      'damaged',
      `Native TensorFlow in ${folder} is damaged: ${what}.`,
      `${setUpCommand} (it repairs the folder)`,
    );
  }
}

/** @throws NativeError `other-version`, and Error when it is torn */
export function readManifest<T extends { readonly recipe: number }>(file: string, expected: number): T {
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as T;
  if (manifest.recipe === expected) return manifest;
  throw new NativeError(
    'other-version',
    `${path.dirname(file)} was made by another version of this package (layout ${String(manifest.recipe)}; this one reads ${expected}).`,
    `${setUpCommand} (it makes the folder anew)`,
  );
}

function checkFiles(folder: string, manifest: Manifest): void {
  const link = path.join(folder, libraryLink);
  if (fs.readlinkSync(link) !== manifest.link) throw new Error('the link to the libraries leads elsewhere');
  const root = path.resolve(folder, manifest.link, '..');
  if (!fs.existsSync(path.join(root, 'tensorflow')))
    throw new Error(`TensorFlow's libraries are gone (${root})`);
  const check = manifest.origin === 'installed' ? checkTrustedFolder : checkPrivateFolder;
  check(path.join(root, 'tensorflow'));
  for (const [file, size] of Object.entries(manifest.sizes)) {
    const found = fs.statSync(path.join(root, file), { throwIfNoEntry: false });
    if (!found) throw new Error(`${file} is missing`);
    if (found.size !== size) throw new Error(`${file} has another size`);
  }
  for (const [file, hash] of Object.entries(manifest.hashes)) {
    if (sha256(fs.readFileSync(path.join(folder, file))) !== hash)
      throw new Error(`${file} has another sha256`);
  }
}

/** Folders that an earlier version of this package left: up to layout 1 each installation was one directly in the cache. */
export function olderInstallations(): string[] {
  const root = nativeCacheRoot();
  if (!fs.existsSync(root)) return [];
  return fs.readdirSync(root).filter((name) => /^tensorflow-[\d.]+-[0-9a-f]{16}$/.test(name));
}

function olderOnes(): string {
  const older = olderInstallations();
  if (older.length === 0) return '';
  return ` What an earlier version of this package left in ${nativeCacheRoot()} (${older.join(', ')}) is not used and can be removed.`;
}
