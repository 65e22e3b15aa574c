import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NativeError } from './errors.js';

const remedy =
  'Set XDG_CACHE_HOME to a folder that only you can write to, or remove the folder, and run the set-up again.';

/** Where provisioned libraries live: `$XDG_CACHE_HOME` or `~/.cache`, then `gradoscope/native`. The folder need not exist. */
export function nativeCacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_CACHE_HOME'];
  const cache = base && path.isAbsolute(base) ? base : path.join(os.homedir(), '.cache');
  return path.join(cache, 'gradoscope', 'native');
}

/** Creates the folder and its parents below the user's cache, for the user alone, and checks them. */
export function makePrivateFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkPrivateFolder(folder);
}

/**
 * Code is loaded from this folder, so nobody else may be able to write there.
 * @throws NativeError `unsafe-cache` if it is another user's, is writable by others, or lies in a temporary folder
 */
export function checkPrivateFolder(folder: string): void {
  const real = fs.realpathSync(folder);
  const temporary = temporaryFolders().find((t) => real === t || real.startsWith(t + path.sep));
  if (temporary) {
    throw new NativeError(
      'unsafe-cache',
      `The cache ${real} lies in the temporary folder ${temporary}.`,
      remedy,
    );
  }
  const uid = process.getuid?.();
  for (const each of upToOurs(real)) {
    const { uid: owner, mode } = fs.statSync(each);
    if (uid !== undefined && owner !== uid) {
      throw new NativeError(
        'unsafe-cache',
        `The cache folder ${each} belongs to user ${owner}, not to you (${uid}).`,
        remedy,
      );
    }
    if (mode & 0o022) {
      const octal = (mode & 0o777).toString(8);
      throw new NativeError(
        'unsafe-cache',
        `The cache folder ${each} is writable by others (mode ${octal}).`,
        `chmod go-w ${each}, or: ${remedy}`,
      );
    }
  }
}

/** The folder and those above it that are this package's; of one that is elsewhere, the one above it. */
function upToOurs(folder: string): string[] {
  const chain = [folder];
  for (let each = folder; path.basename(each) !== 'gradoscope';) {
    const parent = path.dirname(each);
    if (parent === each) return [folder, path.dirname(folder)];
    chain.push((each = parent));
  }
  return chain;
}

function temporaryFolders(): string[] {
  const candidates = ['/tmp', '/var/tmp', '/dev/shm', os.tmpdir()];
  return candidates.filter((f) => fs.existsSync(f)).map((f) => fs.realpathSync(f));
}

/**
 * For libraries of a Python environment, which may be the system's.
 * @throws NativeError `unsafe-cache` if the folder is another user's (root's is allowed), or everybody can write to it
 */
export function checkTrustedFolder(folder: string): void {
  const { uid: owner, mode } = fs.statSync(folder);
  const uid = process.getuid?.();
  const foreign = uid !== undefined && owner !== uid && owner !== 0;
  if (!foreign && !(mode & 0o002)) return;
  throw new NativeError(
    'unsafe-cache',
    foreign
      ? `TensorFlow in ${folder} belongs to user ${owner}, not to you (${String(uid)}) or root.`
      : `TensorFlow in ${folder} is writable by everybody.`,
    `Use a Python environment of your own, or the pinned wheel: npx gradoscope native`,
  );
}
