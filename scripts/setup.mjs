/** `npm run setup`: everything that the notebooks need, or only what is not up to date. */
import path from 'node:path';
import { withLock } from './lib/lock.mjs';
import { isMain, runMain } from './lib/main.mjs';
import { waitForOrphans } from './lib/orphans.mjs';
import { stateFolder } from './lib/paths.mjs';
import { seconds, step } from './lib/progress.mjs';
import { buildExtension, buildPackages, buildTypes, buildWasm } from './setup/build.mjs';
import { installIntoVenv } from './setup/install.mjs';
import { provideNative } from './setup/native.mjs';
import { installPackages } from './setup/packages.mjs';
import { installPython } from './setup/python.mjs';
import { checkDisk, checkNode, checkVenvModule, findPython, venvWorks } from './setup/requirements.mjs';

/** @param {{ tests?: boolean }} [options] `tests`: also what only the tests need */
export async function setup({ tests = false } = {}) {
  const began = performance.now();
  checkNode();
  console.log('Setting up');
  const lock = path.join(stateFolder, 'setup.lock');
  const onWait = (/** @type {string} */ pid) =>
    console.log(`  waiting: process ${pid} is setting up as well`);
  await withLock(lock, onWait, async () => {
    await waitForOrphans((line) => console.log(`  ${line}`));
    await step('requirements', checkRequirements);
    await step('npm packages', installPackages);
    await step('Python packages', (say) =>
      installPython(tests ? 'requirements-test.txt' : 'requirements.txt', say),
    );
    await step('build', buildPackages);
    await step('WebAssembly kernels', buildWasm);
    await step('types', buildTypes);
    await step('native TensorFlow', provideNative);
    await step('JupyterLab extension', buildExtension);
    await step('kernel', installIntoVenv);
  });
  console.log(`  ${'in all'.padEnd(22)} ${seconds(performance.now() - began).padStart(8)}\n`);
}

/** All that can be missing is found out before anything is downloaded. */
async function checkRequirements() {
  const node = `node ${process.versions.node}`;
  if (await venvWorks()) {
    checkDisk(100e6);
    return { did: node };
  }
  const { python, version } = await findPython();
  await checkVenvModule(python, version);
  checkDisk(2e9);
  return { did: `${node}, Python ${version}` };
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await setup({ tests: process.argv.includes('--tests') });
  });
}
