import fs from 'node:fs';
import path from 'node:path';
import { makePrivateFolder, nativeCacheRoot } from './cache.js';
import type { Variant } from './pins.js';
import { companionWheels, wheelForPlatform } from './platform.js';
import { sha256 } from './hashes.js';
import type { Wheel } from './wheel.js';

/** TensorFlow's libraries: where they are, or will be, and where they come from. */
export interface Libraries {
  /** The pinned wheel, another wheel file, or a Python environment's package, which is used where it lies. */
  readonly origin: 'pinned' | 'wheel' | 'installed';
  readonly project: string;
  readonly version: string;
  /** Names this very content; part of folders' names. */
  readonly key: string;
  /** The folder that holds `tensorflow/` (and `nvidia/`): the cache's, or a Python environment's `site-packages`. */
  readonly root: string;
  /** Was it compared with a sha256 that is pinned in the source? */
  readonly verified: boolean;
  /** Origin `wheel`: the file it was taken from. Origin `installed`: the Python whose package it is. */
  readonly from?: string;
}

/** Where libraries of the given key are kept. */
export const librariesFolder = (key: string): string => path.join(nativeCacheRoot(), 'libraries', key);

/** The libraries of the pinned wheel. @throws NativeError `unsupported-platform` */
export function pinnedLibraries(variant: Variant, wheel: Wheel = wheelForPlatform(variant)): Libraries {
  const { project, version } = wheel;
  const key = wheelKey(wheel, variant);
  return { origin: 'pinned', project, version, key, root: librariesFolder(key), verified: true };
}

/** A key of the wheel's hash, and of those that come with it. */
export function wheelKey(
  { project, version, sha256: hash }: Pick<Wheel, 'project' | 'version' | 'sha256'>,
  variant: Variant,
): string {
  const companions = companionWheels(variant).map((each) => each.sha256);
  const own = companions.length === 0 ? hash : sha256(Buffer.from([hash, ...companions].join('\n')));
  return `${project}-${version}-${own.slice(0, 16)}`;
}

type Choices = Partial<Record<Variant, Libraries>>;
const choicesFile = () => path.join(nativeCacheRoot(), 'chosen.json');

/** What was set up last in place of the pinned wheel, or undefined. */
export function chosenLibraries(variant: Variant): Libraries | undefined {
  return readChoices()[variant];
}

/** Remembers what `loadTensorFlow` is to take; the pinned wheel needs no note. */
export function choose(variant: Variant, libraries: Libraries): void {
  const before = readChoices();
  const chosen = libraries.origin === 'pinned' ? undefined : libraries;
  if (JSON.stringify(before[variant]) === JSON.stringify(chosen)) return;
  const { [variant]: _, ...others } = before;
  makePrivateFolder(nativeCacheRoot());
  const fresh = `${choicesFile()}.${process.pid}`;
  fs.writeFileSync(fresh, JSON.stringify({ ...others, ...(chosen && { [variant]: chosen }) }, undefined, 2));
  fs.renameSync(fresh, choicesFile());
}

function readChoices(): Choices {
  try {
    return JSON.parse(fs.readFileSync(choicesFile(), 'utf8')) as Choices;
  } catch {
    return {}; // none was made, or the file is torn: then the pinned wheel it is
  }
}
