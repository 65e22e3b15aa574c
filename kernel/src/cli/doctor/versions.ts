import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DEFAULT_ENGINE, ENGINE_NAMES } from '../../engine/create.js';
import { findBinary } from '../../engine/ts7/checker/binary.js';
import { note, ok, wrong, type Finding, type Section } from './finding.js';

const PACKAGE = path.join(__dirname, '../../..');
const own = createRequire(__filename);
const REINSTALL = 'Install the package gradoscope-kernel anew (in a checkout of Gradoscope: npm run setup).';

interface Manifest {
  readonly version: string;
  readonly engines?: { readonly node?: string };
}

const manifest = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

/** The least version that the package asks for. */
export function leastNode(): string {
  return /\d+(\.\d+)*/.exec(manifest(path.join(PACKAGE, 'package.json')).engines?.node ?? '')?.[0] ?? '0';
}

/** Whether a version such as `v20.19.1` is at least another. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

export function nodeFinding(version: string, where: string): Finding {
  const least = leastNode();
  return isAtLeast(version, least)
    ? ok(`node ${version.replace(/^v/, '')} (${where})`)
    : wrong(
        `node ${version.replace(/^v/, '')} (${where}) is too old`,
        `Install node ${least} or newer, and then run: gradoscope-kernel install`,
      );
}

/** What runs, and whether it can. */
export function versions(): Section {
  return {
    title: 'Versions',
    findings: [
      nodeFinding(process.version, process.execPath),
      ok(`gradoscope-kernel ${manifest(path.join(PACKAGE, 'package.json')).version} (${PACKAGE})`),
      zeromq(),
      tslab(),
      ...engines(),
    ],
  };
}

function zeromq(): Finding {
  try {
    const { version } = manifest(own.resolve('zeromq/package.json'));
    // Loads the native addon.
    const loaded = own('zeromq') as { version: string };
    return ok(`zeromq ${version} with libzmq ${loaded.version}`);
  } catch (error) {
    return wrong(
      `zeromq cannot be loaded: ${firstLine(error)}`,
      `${REINSTALL} Its addon is built for glibc and musl on x64 and arm64, for macOS and Windows.`,
    );
  }
}

function tslab(): Finding {
  try {
    const file = own.resolve('tslab/package.json');
    const inner = createRequire(file).resolve('@tslab/typescript-for-tslab/package.json');
    return ok(`tslab ${manifest(file).version} with TypeScript ${manifest(inner).version}`);
  } catch (error) {
    return wrong(`tslab cannot be found: ${firstLine(error)}`, REINSTALL);
  }
}

function engines(): Finding[] {
  const names = ENGINE_NAMES.map((name) => (name === DEFAULT_ENGINE ? `${name} (default)` : name));
  const found: Finding[] = [note(`engines: ${names.join(', ')}`)];
  if (!ENGINE_NAMES.includes('ts7')) return found;
  try {
    const { version } = manifest(own.resolve('typescript-7/package.json'));
    found.push(ok(`engine ts7: TypeScript ${version} (${findBinary()})`));
  } catch (error) {
    found.push(wrong(`the compiler of the engine ts7 cannot be found: ${firstLine(error)}`, REINSTALL));
  }
  return found;
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
