import fs from 'node:fs';
import path from 'node:path';
import { hashesOf } from './hashes.js';
import { sourcesHash, type AddonSources } from './sources.js';

/** Beside a prebuilt addon: what it was built from, and the sha256 of its files. */
export interface Prebuilt {
  readonly sources: string;
  readonly hashes: Readonly<Record<string, string>>;
}

/** Where a package that ships an addon for this platform has it. */
export function prebuiltFolder({ own }: AddonSources): string {
  return path.join(own, 'prebuilt', `${process.platform}-${process.arch}`);
}

/** Is there a prebuilt addon, whole and made from these very sources? */
export async function prebuiltFits(sources: AddonSources): Promise<Prebuilt | undefined> {
  const folder = prebuiltFolder(sources);
  try {
    const prebuilt = JSON.parse(fs.readFileSync(path.join(folder, 'prebuilt.json'), 'utf8')) as Prebuilt;
    if (prebuilt.sources !== sourcesHash(sources)) return undefined;
    const found = await hashesOf(folder, Object.keys(prebuilt.hashes));
    return JSON.stringify(found) === JSON.stringify(prebuilt.hashes) ? prebuilt : undefined;
  } catch {
    return undefined; // there is none, or it is torn: the addon is compiled
  }
}

/** Copies the prebuilt addon into `folder`. @returns false when none fits */
export async function takePrebuilt(sources: AddonSources, folder: string): Promise<boolean> {
  const prebuilt = await prebuiltFits(sources);
  if (!prebuilt) return false;
  for (const file of Object.keys(prebuilt.hashes))
    fs.copyFileSync(path.join(prebuiltFolder(sources), file), path.join(folder, file));
  return true;
}
