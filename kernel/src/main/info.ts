import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { KernelInfo } from '../shared/protocol.js';

function version(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** True versions, from the package.json files of what runs. */
export function kernelInfo(): KernelInfo {
  const implementationVersion = version(path.join(__dirname, '../../package.json'));
  const tslab = createRequire(require.resolve('tslab/package.json'));
  // The package's own version is that of the TypeScript in it.
  const languageVersion = version(tslab.resolve('@tslab/typescript-for-tslab/package.json'));
  return {
    implementationVersion,
    languageVersion,
    banner: `Gradoscope ${implementationVersion}: TypeScript ${languageVersion} on node ${process.versions.node}`,
  };
}
