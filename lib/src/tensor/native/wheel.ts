import fs from 'node:fs';
import path from 'node:path';
import { diskFull, noSpace, NativeError } from './errors.js';
import { fileSha256 } from './hashes.js';
import { lastLines, runProcess } from './run-process.js';

/** A wheel file, and how pip finds it. */
export interface Wheel {
  readonly project: string;
  readonly version: string;
  /** sha256 of the wheel file, whatever an index says. */
  readonly sha256: string;
  readonly bytes: number;
  /** What pip is told, so that any Python finds this very file. */
  readonly pip: readonly string[];
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

/**
 * The verified wheel in the folder `work`, downloaded by pip unless a whole one is there from an earlier attempt.
 * @throws NativeError `no-python`, `download-failed`, `wrong-hash` or `disk-full`
 */
export async function fetchWheel(
  wheel: Wheel,
  python: string,
  work: string,
  progress: (line: string) => void,
): Promise<string> {
  const file = path.join(work, `${wheel.project}-${wheel.version}.whl`);
  if (fs.existsSync(file) && (await fileSha256(file)) === wheel.sha256) return file;

  // A folder for each attempt: a pip that outlived its killed parent writes into the one of its own.
  for (const name of fs.readdirSync(work))
    if (name.startsWith('fetch-')) fs.rmSync(path.join(work, name), { recursive: true, force: true });
  const folder = path.join(work, `fetch-${process.pid}`);
  fs.mkdirSync(path.join(folder, 'tmp'), { recursive: true });

  const what = `fetching ${wheel.project} ${wheel.version}`;
  progress(`${what} with pip (${megabytes(wheel.bytes)} MB)`);
  let told = 0;
  const watch = setInterval(() => {
    const now = megabytes(largestFile(folder));
    if (now > told) progress(`${what}: ${now} of ${megabytes(wheel.bytes)} MB`);
    told = now;
  }, 5_000);
  try {
    const fetched = await download(wheel, python, folder);
    const actual = await fileSha256(fetched);
    if (actual !== wheel.sha256) {
      throw new NativeError(
        'wrong-hash',
        `The downloaded ${path.basename(fetched)} has sha256 ${actual}; ${wheel.sha256} was expected. It was removed.`,
        'Check which package index pip uses (pip config list), then run the set-up again.',
      );
    }
    fs.renameSync(fetched, file);
    return file;
  } finally {
    clearInterval(watch);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function download(wheel: Wheel, python: string, folder: string): Promise<string> {
  const requirement = `${wheel.project}==${wheel.version}`;
  const options = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-input'];
  const args = ['-m', 'pip', 'download', ...options, ...wheel.pip, '--dest', folder, requirement];
  const env = { ...process.env, TMPDIR: path.join(folder, 'tmp') };
  const { code, output } = await runProcess(python, args, { env }).catch(() => {
    throw new NativeError(
      'no-python',
      `Python (${python}) could not be started.`,
      'Install Python 3.10 or newer with pip.',
    );
  });
  if (code !== 0) throw downloadError(requirement, python, output);
  const name = fs.readdirSync(folder).find((entry) => entry.endsWith('.whl'));
  if (name) return path.join(folder, name);
  throw new NativeError(
    'download-failed',
    `pip left no ${requirement} in ${folder}.`,
    'Run the set-up again.',
  );
}

function downloadError(requirement: string, python: string, output: string): NativeError {
  if (noSpace.test(output)) return diskFull(`Downloading ${requirement}`, 'pip');
  if (/No module named pip/.test(output)) {
    return new NativeError(
      'no-python',
      `${python} has no pip.`,
      'Install it (Debian, Ubuntu: apt-get install python3-pip).',
    );
  }
  const network =
    /Failed to establish a new connection|NameResolutionError|ProxyError|timed out|Connection (reset|refused)/i;
  const damaged = /is invalid|BadZipFile|DO NOT MATCH THE HASHES|IncompleteRead/i;
  const nothing = /from versions: none/;
  const why = network.test(output)
    ? 'the package index cannot be reached'
    : damaged.test(output)
      ? 'what the index gave is damaged'
      : nothing.test(output)
        ? 'the package index cannot be reached, or does not have it'
        : 'pip failed';
  return new NativeError(
    'download-failed',
    `Downloading ${requirement} failed: ${why}.\n${lastLines(output)}`,
    'Check the network connection (and proxy settings), then run the set-up again.',
  );
}

/** The size of the largest file below a folder whose files come and go meanwhile. */
function largestFile(folder: string): number {
  let largest = 0;
  try {
    for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const stat = fs.statSync(path.join(folder, name), { throwIfNoEntry: false });
      if (stat?.isFile()) largest = Math.max(largest, stat.size);
    }
  } catch {
    // A part of it went away while it was read: the next look will tell.
  }
  return largest;
}
