import fs from 'node:fs';
import path from 'node:path';
import { at, root, venv } from '../lib/paths.mjs';
import { mustRun } from '../lib/run.mjs';
import { hashOf, isStamped, stamp } from '../lib/stamp.mjs';

const extensionName = 'gradoscope-labextension';

/** Puts the kernel's spec and the lab extension into .venv. */
export async function installIntoVenv() {
  const hash = hashOf(
    [at('kernel/src'), at('kernel/bin'), at('kernel/assets')],
    [root, process.execPath, 'v1'],
  );
  const stampFile = path.join(venv, '.gradoscope-kernel.stamp');
  const spec = path.join(venv, 'share/jupyter/kernels/gradoscope/kernel.json');
  const fresh = isStamped(stampFile, hash) && fs.existsSync(spec);
  if (!fresh) {
    const cli = at('kernel/bin/gradoscope-kernel.cjs');
    const args = [cli, 'install', '--prefix', venv, '--preload', at('lib/dist/preload.js')];
    await mustRun('Installing the kernel', process.execPath, args, { cwd: root });
    stamp(stampFile, hash);
  }
  const linked = linkExtension();
  return { did: fresh && !linked ? 'up to date' : 'installed the kernel and the extension into .venv' };
}

/** JupyterLab reads the bundle where it is built, so that a new build needs no new installation. @returns whether anything changed */
function linkExtension() {
  const folder = path.join(venv, 'share/jupyter/labextensions');
  const link = path.join(folder, extensionName);
  const target = at('extension/labextension');
  fs.mkdirSync(folder, { recursive: true });
  const stat = fs.lstatSync(link, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() && path.resolve(folder, fs.readlinkSync(link)) === target) return false;
  if (stat) fs.rmSync(link, { recursive: true });
  fs.symlinkSync(target, link, process.platform === 'win32' ? 'junction' : 'dir');
  return true;
}
