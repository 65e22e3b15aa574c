import fs from 'node:fs';
import { bundleExtension } from '../../extension/build.mjs';
import { at, root, stateFolder } from '../lib/paths.mjs';
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

/** Compiles the kernels of the WebAssembly backend. */
export async function buildWasm() {
  const hash = hashOf(['lib/wasm', 'lib/bundle-wasm.mjs', 'package-lock.json'].map((name) => at(name)));
  const stampFile = `${stateFolder}/wasm.stamp`;
  const products = ['kernels.wasm', 'kernels-shared.wasm'].map((name) =>
    at('lib/dist/tensor/fallback/own', name),
  );
  if (isStamped(stampFile, hash) && products.every((file) => fs.existsSync(file)))
    return { did: 'up to date' };
  await mustRun('Compiling the WebAssembly kernels', process.execPath, [at('lib/bundle-wasm.mjs')], {
    cwd: root,
  });
  stamp(stampFile, hash);
  return { did: 'compiled' };
}

/** Bundles the types of TensorFlow.js. */
export async function buildTypes() {
  const used = ['lib/types', 'lib/src/tensor/types.ts', 'lib/bundle-types.mjs', 'package-lock.json'];
  const hash = hashOf(used.map((name) => at(name)));
  const stampFile = `${stateFolder}/types.stamp`;
  if (isStamped(stampFile, hash) && fs.existsSync(at('lib/dist/types/tfjs.d.ts')))
    return { did: 'up to date' };
  // In a process of its own: what it imports was not there yet when this one began.
  await mustRun('Bundling types', process.execPath, [at('lib/bundle-types.mjs')], { cwd: root });
  stamp(stampFile, hash);
  return { did: 'bundled' };
}

/** Bundles the JupyterLab extension. */
export async function buildExtension() {
  const own = ['src', 'style', 'package.json', 'install.json', 'build.mjs'];
  const sources = own.map((name) => `extension/${name}`);
  const used = ['lib/src/run', 'lib/src/figures', 'lib/package.json', 'package-lock.json'];
  const hash = hashOf([...sources, ...used].map((name) => at(name)));
  const stampFile = `${stateFolder}/extension.stamp`;
  // install.json is copied last.
  if (isStamped(stampFile, hash) && fs.existsSync(at('extension/labextension/install.json')))
    return { did: 'up to date' };
  await bundleExtension();
  stamp(stampFile, hash);
  return { did: 'bundled' };
}
