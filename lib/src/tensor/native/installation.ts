import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { checkPrivateFolder, nativeCacheRoot } from './cache.js';
import { NativeError } from './errors.js';
import type { Variant } from './pins.js';
import { wheelForPlatform, type Wheel } from './platform.js';
import { addonSources, type AddonSources } from './sources.js';

/** Raised when the way of building changes, so that older results are not taken for new ones. */
const recipe = 1;

export const addonFile = 'tfjs_binding.node';
export const stderrFile = 'stderr.node';

/** What is written last into an installation: its presence means that everything else is whole. */
export interface Manifest {
  readonly recipe: number;
  readonly tensorflow: string;
  readonly tfjs: string;
  readonly wheelSha256: string;
  /** sha256 by file, checked at each load. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Bytes by file, for the libraries, which are too large to hash at each load. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** One provisioned TensorFlow, for one wheel, one addon source and one version of TensorFlow.js. */
export interface Installation {
  readonly wheel: Wheel;
  readonly sources: AddonSources;
  readonly folder: string;
}

/** Where this process's native TensorFlow is, or would be. @throws NativeError when there can be none */
export function installation(build: Variant = 'cpu'): Installation {
  const wheel = wheelForPlatform(process.platform, process.arch, build);
  const sources = addonSources();
  const hash = crypto.createHash('sha256');
  hash.update(JSON.stringify([recipe, wheel.sha256, sources.version, sources.packageName]));
  for (const file of sourceFiles(sources)) hash.update(path.basename(file)).update(fs.readFileSync(file));
  const key = `tensorflow-${wheel.version}-${hash.digest('hex').slice(0, 16)}`;
  return { wheel, sources, folder: path.join(nativeCacheRoot(), key) };
}

/**
 * Checks an installation before code is loaded from it.
 * @throws NativeError `not-provisioned`, `unsafe-cache` or `damaged`
 */
export function verifyInstallation(folder: string): Manifest {
  const remedy = 'npm run setup';
  const manifestFile = path.join(folder, 'manifest.json');
  if (!fs.existsSync(manifestFile)) {
    throw new NativeError(
      'not-provisioned',
      `Native TensorFlow has not been set up (${folder} is not there).`,
      remedy,
    );
  }
  checkPrivateFolder(folder);
  const damaged = (what: string) =>
    new NativeError(
      'damaged',
      `Native TensorFlow in ${folder} is damaged: ${what}.`,
      `${remedy} (it repairs the folder)`,
    );
  let manifest: Manifest;
  try {
    manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8')) as Manifest;
    for (const [file, size] of Object.entries(manifest.sizes)) {
      if (fs.statSync(path.join(folder, file)).size !== size) throw damaged(`${file} has another size`);
    }
    for (const [file, hash] of Object.entries(manifest.hashes)) {
      if (sha256(fs.readFileSync(path.join(folder, file))) !== hash)
        throw damaged(`${file} has another sha256`);
    }
  } catch (error) {
    throw error instanceof NativeError
      ? error
      : damaged(error instanceof Error ? error.message : String(error));
  }
  return manifest;
}

export function sha256(data: Uint8Array): string {
  return crypto.createHash('sha256').update(data).digest('hex');
}

function sourceFiles({ binding, own }: AddonSources): string[] {
  const list = (folder: string) =>
    fs
      .readdirSync(folder)
      .filter((name) => /\.(cc|h)$/.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  return [...list(binding), ...list(own)];
}
