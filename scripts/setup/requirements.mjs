import fs from 'node:fs';
import path from 'node:path';
import { at, root, venv, venvProgram } from '../lib/paths.mjs';
import { howToGet, Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { isStamped, stamp } from '../lib/stamp.mjs';

const pythonWays = {
  debian: 'sudo apt-get install python3 python3-venv python3-pip',
  macos: 'brew install python',
  windows: 'winget install Python.Python.3.13',
};

/** @throws Problem unless this node is new enough */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Problem(
    `Node ${process.versions.node} is too old: 20.19 or newer is needed.`,
    howToGet({
      debian: 'nvm install 22, or see nodejs.org',
      macos: 'brew install node',
      windows: 'winget install OpenJS.NodeJS.LTS',
    }),
  );
}

/**
 * A Python that can make a virtual environment, with its version.
 * @returns {Promise<{ python: string, version: string }>}
 */
export async function findPython() {
  const candidates = process.platform === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python'];
  if (process.env.PYTHON) candidates.unshift(process.env.PYTHON);
  /** @type {string[]} */
  const tooOld = [];
  for (const python of candidates) {
    const { code, output } = await run(python, [
      '-c',
      'import sys; print("%d.%d.%d" % sys.version_info[:3])',
    ]);
    const version = output.trim();
    if (code !== 0 || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === 3 && minor >= 10) return { python, version };
    tooOld.push(`${python} is ${version}`);
  }
  const found = tooOld.length
    ? ` (${tooOld.join(', ')})`
    : ` (looked for ${candidates.join(', ')} on the PATH)`;
  throw new Problem(`Python 3.10 or newer was not found${found}.`, howToGet(pythonWays));
}

/** @param {string} python @param {string} version @throws Problem unless venv and pip's bundle are there */
export async function checkVenvModule(python, version) {
  const { code, output } = await run(python, ['-c', 'import venv, ensurepip']);
  if (code === 0) return;
  const missing = /No module named '?([\w.]+)'?/.exec(output)?.[1] ?? 'venv';
  const short = version.split('.').slice(0, 2).join('.');
  throw new Problem(
    `Python ${version} (${python}) has no module ${missing}, which the virtual environment needs.`,
    howToGet({ ...pythonWays, debian: `sudo apt-get install python${short}-venv` }),
  );
}

/** @param {number} needed bytes @throws Problem when the disk has less */
export function checkDisk(needed) {
  const { bavail, bsize } = fs.statfsSync(at('.'));
  const free = bavail * bsize;
  if (free >= needed) return;
  const gb = (/** @type {number} */ bytes) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Problem(
    `The disk is full: ${gb(free)} are free in ${at('.')}, about ${gb(needed)} are needed.`,
    'Free some space and start again.',
  );
}

/** Says where .venv was made: its programs hold that path, and do not survive a move or a copy. */
const placeFile = path.join(venv, '.gradoscope-place');

/** To be called when .venv has been made. */
export const stampPlace = () => stamp(placeFile, root);

/** Was the virtual environment made here, and does its Python run, with pip? */
export async function venvWorks() {
  if (!isStamped(placeFile, root)) return false;
  return (await run(venvProgram('python'), ['-c', 'import pip'])).code === 0;
}
