import fs from 'node:fs';
import path from 'node:path';
import { at, root, venv, venvProgram } from '../lib/paths.mjs';
import { mustRun } from '../lib/run.mjs';
import { hashOf, isStamped, stamp } from '../lib/stamp.mjs';
import { checkVenvModule, findPython, stampPlace, venvWorks } from './requirements.mjs';

/**
 * Makes .venv, or repairs it, with what the requirements file pins.
 * @param {'requirements.txt' | 'requirements-test.txt'} requirements
 * @param {(line: string) => void} say
 */
export async function installPython(requirements, say) {
  const hash = hashOf([at('requirements.txt'), at(requirements)]);
  const stampFile = path.join(venv, `.${requirements}.stamp`);
  if (isStamped(stampFile, hash) && (await venvWorks())) return { did: 'up to date' };

  if (!(await venvWorks())) {
    const { python, version } = await findPython();
    await checkVenvModule(python, version);
    say(`making .venv with Python ${version}`);
    fs.rmSync(venv, { recursive: true, force: true });
    await mustRun('Making the virtual environment', python, ['-m', 'venv', venv], { cwd: root });
    stampPlace();
  }
  say('installing JupyterLab');
  const options = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--quiet'];
  const args = ['-m', 'pip', 'install', ...options, '-r', at(requirements)];
  await mustRun('Installing the Python packages', venvProgram('python'), args, { cwd: root });
  stamp(stampFile, hash);
  return { did: `installed ${requirements}` };
}
