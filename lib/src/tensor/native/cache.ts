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
  for (const each of [real, path.dirname(real)]) {
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

function temporaryFolders(): string[] {
  const candidates = ['/tmp', '/var/tmp', '/dev/shm', os.tmpdir()];
  return candidates.filter((f) => fs.existsSync(f)).map((f) => fs.realpathSync(f));
}
