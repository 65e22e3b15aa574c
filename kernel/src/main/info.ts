import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { KernelInfo } from '../shared/protocol.js';

function version(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Files that say which TypeScript an engine checks with. */
const COMPILERS: Readonly<Record<string, () => string>> = {
  // The package's own version is that of the TypeScript in it.
  tslab: () =>
    createRequire(require.resolve('tslab/package.json')).resolve('@tslab/typescript-for-tslab/package.json'),
  ts7: () => require.resolve('typescript-7/package.json'),
};

/** True versions, from the package.json files of what runs. @param engine Name of the engine. */
export function kernelInfo(engine: string): KernelInfo {
  const implementationVersion = version(path.join(__dirname, '../../package.json'));
  const compiler = COMPILERS[engine]?.();
  const languageVersion = compiler === undefined ? 'unknown' : version(compiler);
  return {
    implementationVersion,
    languageVersion,
    banner: `Gradoscope ${implementationVersion}: TypeScript ${languageVersion} (engine ${engine}) on node ${process.versions.node}`,
  };
}
