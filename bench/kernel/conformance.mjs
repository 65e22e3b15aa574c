/** The conformance suites' results for each kernel: one run of pytest a kernel, its summary read from a file. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { at, venvProgram } from '../../scripts/lib/paths.mjs';
import { prefix } from './peers.mjs';

/** @param {readonly string[]} kernels */
export function conformance(kernels) {
  return Object.fromEntries(kernels.map((kernel) => [kernel, summary(kernel)]));
}

/** @param {string} kernel */
function summary(kernel) {
  const file = at('out/bench/kernel', `conformance-${kernel}.json`);
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
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : 'did not run';
}
