import fs from 'node:fs';
import path from 'node:path';
import { at, root, venvProgram } from './paths.mjs';
import { Problem } from './problem.mjs';
import { run } from './run.mjs';

/** All notebooks of the curriculum, relative to the root. */
export const allNotebooks = () =>
  fs
    .readdirSync(at('notebooks'))
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => path.join('notebooks', name));

/**
 * Executes a notebook without a browser, showing each cell's time.
 * @param {string} file
 * @param {{ env?: NodeJS.ProcessEnv, suffix?: string }} [options] `suffix` comes behind the copy's name
 * @returns {Promise<{ ok: boolean, copy: string, output: string }>}
 */
export async function executeNotebook(file, { env = process.env, suffix = '' } = {}) {
  const source = path.resolve(root, file);
  if (!fs.existsSync(source))
    throw new Problem(`There is no notebook ${file}.`, `Those here: ${allNotebooks().join(', ')}`);
  const copy = at('out', `${path.basename(file, '.ipynb')}${suffix}.ipynb`);
  const args = [at('scripts/lib/execute_notebook.py'), source, copy];
  const result = await run(venvProgram('python'), args, { cwd: root, env: venvEnvironment(env), show: true });
  return { ok: result.code === 0, copy: path.relative(root, copy), output: result.output };
}

/** Python and Jupyter in .venv take what is in .venv, not what the user has elsewhere. @param {NodeJS.ProcessEnv} env */
export const venvEnvironment = (env) => ({
  ...env,
  PYTHONUNBUFFERED: '1',
  PYDEVD_DISABLE_FILE_VALIDATION: '1',
});
