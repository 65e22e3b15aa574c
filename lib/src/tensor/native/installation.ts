import path from 'node:path';
import { nativeCacheRoot } from './cache.js';
import { chosenLibraries, pinnedLibraries, type Libraries } from './choice.js';
import type { Variant } from './pins.js';
import { checkPlatform } from './platform.js';
import { addonSources, sourcesHash, type AddonSources } from './sources.js';

export { verifyInstallation } from './verify.js';

/** One native TensorFlow: an addon for one TensorFlow, one addon source and one version of TensorFlow.js. */
export interface Installation {
  readonly variant: Variant;
  readonly libraries: Libraries;
  readonly sources: AddonSources;
  /** The addon's folder. */
  readonly folder: string;
}

/**
 * Where this process's native TensorFlow is, or would be: the one chosen last, or else that of the pinned wheel.
 * @param variant `gpu`: the one that `--gpu` sets up
 * @throws NativeError when there can be none
 */
export function installation(variant: Variant = 'cpu'): Installation {
  checkPlatform();
  return installationOf(variant, chosenLibraries(variant) ?? pinnedLibraries(variant));
}

/** The installation of an addon for these libraries. */
export function installationOf(variant: Variant, libraries: Libraries): Installation {
  const sources = addonSources();
  const key = `${libraries.key}-${sourcesHash(sources).slice(0, 16)}`;
  return { variant, libraries, sources, folder: path.join(nativeCacheRoot(), 'addons', key) };
}
