import fs from 'node:fs';
import { at, root, stateFolder, venvProgram } from '../lib/paths.mjs';
import { mustRun } from '../lib/run.mjs';
import { hashOf, isStamped, stamp } from '../lib/stamp.mjs';

const packages = ['lib', 'kernel', 'extension'];
const configs = ['tsconfig.base.json', 'tsconfig.json', 'package-lock.json'];

/** Compiles the three packages. */
export async function buildPackages() {
  const sources = packages.flatMap((name) => [
    at(name, 'src'),
    at(name, 'tsconfig.json'),
    at(name, 'package.json'),
  ]);
  const hash = hashOf([...configs.map((name) => at(name)), ...sources]);
  const stampFile = `${stateFolder}/build.stamp`;
  const products = [at('lib/dist/index.js'), at('lib/esm/run/index.js'), at('kernel/dist/index.js')];
  if (isStamped(stampFile, hash) && products.every((file) => fs.existsSync(file)))
    return { did: 'up to date' };
  // Products that were deleted are not missed by the compiler as long as its notes are there.
  const force = products.every((file) => fs.existsSync(file)) ? [] : ['--force'];
  await mustRun('Compiling', process.execPath, [at('node_modules/typescript/bin/tsc'), '-b', ...force], {
    cwd: root,
  });
  stamp(stampFile, hash);
  return { did: 'compiled lib, kernel and extension' };
}

/** Bundles the JupyterLab extension. */
export async function buildExtension() {
  const sources = ['extension/src', 'extension/style', 'extension/schema', 'extension/package.json'];
  const used = ['lib/src/run', 'lib/src/figures', 'package-lock.json'];
  const hash = hashOf([...sources, ...used].map((name) => at(name)));
  const stampFile = `${stateFolder}/extension.stamp`;
  if (isStamped(stampFile, hash) && fs.existsSync(at('extension/labextension/package.json')))
    return { did: 'up to date' };
  const args = ['builder', 'build', '.'];
  await mustRun('Bundling the JupyterLab extension', venvProgram('jupyter'), args, { cwd: at('extension') });
  stamp(stampFile, hash);
  return { did: 'bundled' };
}
