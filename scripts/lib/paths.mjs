import path from 'node:path';
import { fileURLToPath } from 'node:url';

const windows = process.platform === 'win32';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @param {...string} parts a path below the repository's root */
export const at = (...parts) => path.join(root, ...parts);

export const venv = at('.venv');

/** @param {string} name a program in the virtual environment */
export const venvProgram = (name) =>
  path.join(venv, windows ? 'Scripts' : 'bin', windows ? `${name}.exe` : name);

/** Where the set-up keeps its lock; the stamp of each step lies beside what the step made. */
export const stateFolder = at('.gradoscope');
