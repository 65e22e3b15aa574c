import fs from 'node:fs';
import path from 'node:path';
import { makePrivateFolder } from './cache.js';
import { compileAddons, findCompiler } from './compile.js';
import { NativeError } from './errors.js';
import { hashesOf } from './hashes.js';
import type { Installation } from './installation.js';
import { addonFile, libraryLink, recipe, stderrFile } from './layout.js';
import { takePrebuilt } from './prebuilt.js';
import { smokeTest } from './smoke.js';
import type { Manifest } from './verify.js';

/** Makes the addon for libraries that are there, tries it, and puts it in its place. */
export async function buildAddon(
  target: Installation,
  sizes: Readonly<Record<string, number>>,
  progress: (line: string) => void,
): Promise<void> {
  const { folder, libraries } = target;
  makePrivateFolder(path.dirname(folder));
  clearAttempts(folder);
  const out = `${folder}.work-${process.pid}`;
  makePrivateFolder(out);
  try {
    fs.symlinkSync(linkTo(target), path.join(out, libraryLink));
    if (!(await prebuiltWorks(target, out, progress))) {
      progress('compiling the addon');
      const tensorflow = path.join(libraries.root, 'tensorflow');
      await compileAddons(await findCompiler(), target.sources, tensorflow, out);
      await tryOut(target, out, progress);
    }
    await writeManifest(target, sizes, out);
    if (fs.existsSync(folder)) fs.renameSync(folder, `${out}.old`);
    fs.renameSync(out, folder);
  } finally {
    clearAttempts(folder);
  }
}

/** Within the cache the link is relative, so that the cache can be moved. */
function linkTo({ folder, libraries }: Installation): string {
  const tensorflow = path.join(libraries.root, 'tensorflow');
  return libraries.origin === 'installed' ? tensorflow : path.relative(folder, tensorflow);
}

async function tryOut(
  { variant }: Installation,
  out: string,
  progress: (line: string) => void,
): Promise<void> {
  progress('trying it');
  const { gpu } = await smokeTest(out);
  if (variant === 'gpu')
    progress(gpu ? 'it computes on the GPU' : 'it works, but finds no GPU, and computes on the CPU');
}

async function prebuiltWorks(
  target: Installation,
  out: string,
  progress: (line: string) => void,
): Promise<boolean> {
  if (!(await takePrebuilt(target.sources, out))) return false;
  progress('taking the addon that comes with the package');
  try {
    await tryOut(target, out, progress);
    return true;
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    progress('it does not work here');
    return false;
  }
}

async function writeManifest(
  { libraries, sources, folder }: Installation,
  sizes: Readonly<Record<string, number>>,
  out: string,
): Promise<void> {
  const manifest: Manifest = {
    recipe,
    tensorflow: libraries.version,
    tfjs: sources.version,
    origin: libraries.origin,
    verified: libraries.verified,
    link: linkTo({ libraries, sources, folder, variant: 'cpu' }),
    hashes: await hashesOf(out, [addonFile, stderrFile]),
    sizes: Object.fromEntries(Object.entries(sizes).filter(([file]) => isLoaded(file))),
  };
  fs.writeFileSync(path.join(out, 'manifest.json'), JSON.stringify(manifest, undefined, 2));
}

/** Headers and notices are not asked for when the addon is loaded. */
const isLoaded = (file: string) => /\.(so|dylib|bc)\b|\/bin\//.test(file) && !file.includes('/include/');

/** Of this and of earlier attempts, which were cut off. */
function clearAttempts(folder: string): void {
  const parent = path.dirname(folder);
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith(`${path.basename(folder)}.work-`))
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}
