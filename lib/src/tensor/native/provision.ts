import fs from 'node:fs';
import path from 'node:path';
import { makePrivateFolder } from './cache.js';
import { compileAddons, findCompiler } from './compile.js';
import { asNativeError, diskFull, NativeError } from './errors.js';
import { addonFile, installation, sha256, stderrFile, verifyInstallation } from './installation.js';
import type { Installation, Manifest } from './installation.js';
import { withLock } from './lock.js';
import { notices, wantedMembers } from './members.js';
import { lastLines, runProcess } from './run-process.js';
import { smokeTest } from './smoke.js';
import { fetchWheel } from './wheel.js';

export interface ProvisionOptions {
  /** The Python whose pip fetches the wheel. Default `python3`. */
  readonly python?: string;
  /** Called at the start of each part of the work, with a line to show. */
  readonly onProgress?: (line: string) => void;
}

export interface Provisioned {
  readonly folder: string;
  readonly tensorflow: string;
  /** False when everything was already there. */
  readonly built: boolean;
}

const neededBytes = 1_300_000_000;

/**
 * Puts native TensorFlow into the user's cache: fetches the wheel (274 MB), verifies it, takes the libraries out of it
 * (about 610 MB in the end), compiles TensorFlow.js's binding and tries it. Interrupted at any moment, the next call goes
 * on; two at once wait for each other; repeated, it only checks.
 * @throws NativeError with `code` and `remedy`; the WebAssembly fallback needs none of this
 */
export async function provisionNative(options: ProvisionOptions = {}): Promise<Provisioned> {
  const { python = 'python3', onProgress = () => undefined } = options;
  const target = installation();
  const done = usable(target.folder);
  if (done) return { folder: target.folder, tensorflow: done.tensorflow, built: false };
  const compiler = await findCompiler(); // first, for without it the download would be for nothing
  try {
    makePrivateFolder(path.dirname(target.folder));
    const wait = (pid: number) =>
      onProgress(`waiting for process ${pid}, which is setting up the same TensorFlow`);
    return await withLock(`${target.folder}.lock`, wait, async () => {
      const meanwhile = usable(target.folder);
      if (!meanwhile) await build(target, python, compiler, onProgress);
      return { folder: target.folder, tensorflow: target.wheel.version, built: !meanwhile };
    });
  } catch (error) {
    throw asNativeError(error, 'load-failed', 'Setting up native TensorFlow', 'Run the set-up again.');
  }
}

function usable(folder: string): Manifest | undefined {
  try {
    return verifyInstallation(folder);
  } catch (error) {
    if (error instanceof NativeError && error.code === 'unsafe-cache') throw error;
    return undefined;
  }
}

async function build(
  target: Installation,
  python: string,
  compiler: string,
  progress: (line: string) => void,
): Promise<void> {
  const { wheel, sources, folder } = target;
  const work = `${folder}.work`;
  makePrivateFolder(work);
  checkSpace(work);

  progress(`fetching ${wheel.project} ${wheel.version} with pip (${Math.round(wheel.bytes / 1e6)} MB)`);
  const file = await fetchWheel(wheel, python, path.join(work, 'wheel'));

  progress('taking the libraries out of it');
  const members = path.join(work, 'members');
  const extractor = path.join(sources.own, 'extract.py');
  const extracted = await runProcess(python, [extractor, file, members], {
    input: wantedMembers(wheel).join('\n'),
  });
  if (extracted.code !== 0)
    throw new Error(`extracting ${path.basename(file)}: ${lastLines(extracted.output)}`);

  const out = path.join(work, 'out');
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { mode: 0o700 });
  for (const library of wheel.libraries) {
    const name = path.basename(library);
    await stripTo(path.join(members, library), path.join(out, name));
  }
  for (const notice of notices)
    fs.copyFileSync(path.join(members, notice), path.join(out, path.basename(notice)));

  progress('compiling the binding');
  await compileAddons(compiler, sources, path.join(members, 'tensorflow/include'), out);

  progress('trying it');
  await smokeTest(out);

  writeManifest(target, out);
  if (fs.existsSync(folder)) fs.renameSync(folder, `${work}/damaged`);
  fs.renameSync(out, folder);
  fs.rmSync(work, { recursive: true, force: true });
}

/** A stripped copy is a quarter smaller; without the tool the library is used as it is. */
async function stripTo(from: string, to: string): Promise<void> {
  const stripped = await runProcess('strip', ['--strip-unneeded', '-o', to, from]).catch(() => undefined);
  if (stripped?.code === 0) return;
  fs.rmSync(to, { force: true });
  fs.copyFileSync(from, to);
}

function checkSpace(folder: string): void {
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  if (free < neededBytes) {
    const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
    throw diskFull(
      'Setting up native TensorFlow',
      `${gb(free)} free in ${folder}, ${gb(neededBytes)} needed`,
    );
  }
}

function writeManifest({ wheel, sources }: Installation, out: string): void {
  const hashes: Record<string, string> = {};
  for (const file of [addonFile, stderrFile]) hashes[file] = sha256(fs.readFileSync(path.join(out, file)));
  const sizes: Record<string, number> = {};
  for (const library of wheel.libraries) {
    const name = path.basename(library);
    sizes[name] = fs.statSync(path.join(out, name)).size;
  }
  const manifest: Manifest = {
    recipe: 1,
    tensorflow: wheel.version,
    tfjs: sources.version,
    wheelSha256: wheel.sha256,
    hashes,
    sizes,
  };
  fs.writeFileSync(path.join(out, 'manifest.json'), JSON.stringify(manifest, undefined, 2));
}
