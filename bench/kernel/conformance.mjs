/** The conformance suites' results for each kernel: one run of pytest a kernel, its summary read from a file. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { at, venvProgram } from '../../scripts/lib/paths.mjs';
import { prefix } from './peers.mjs';

/**
 * @param {readonly string[]} kernels
 * @param {boolean} kept What an earlier run has found is taken, where there is one: kernels that never answer take minutes.
 */
export function conformance(kernels, kept) {
  return Object.fromEntries(kernels.map((kernel) => [kernel, summary(kernel, kept)]));
}

/** @param {string} kernel @param {boolean} kept */
function summary(kernel, kept) {
  const file = at('out/bench/kernel', `conformance-${kernel}.json`);
  if (kept && fs.existsSync(file)) return read(file);
  fs.rmSync(file, { force: true });
  spawnSync(
    venvProgram('python'),
    [
      '-m',
      'pytest',
      '-q',
      '-p',
      'no:cacheprovider',
      at('test/conformance/peers'),
      '--kernel',
      kernel,
      '--limit',
      '15',
      '--summary',
      file,
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, JUPYTER_PATH: path.join(prefix, 'share/jupyter'), GRADOSCOPE_HISTORY: '0' },
    },
  );
  return fs.existsSync(file) ? read(file) : 'did not run';
}

/** @param {string} file */
const read = (file) => ({
  date: fs.statSync(file).mtime.toISOString(),
  ...JSON.parse(fs.readFileSync(file, 'utf8')),
});
