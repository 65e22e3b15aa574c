// Builds the JupyterLab extension into labextension/: TypeScript first, then JupyterLab's own bundler.
// node extension/build.mjs [--python <python of the environment with jupyter-builder>] [--development]
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const bin = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: join(root, '.venv', bin) },
    development: { type: 'boolean' },
  },
});

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: here, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(values.python)) {
  console.error(`extension: no Python at ${values.python}. Run "npm run setup", or name one with --python.`);
  process.exit(1);
}
run(process.execPath, [
  join(root, 'node_modules/typescript/bin/tsc'),
  '-b',
  root + '/lib/tsconfig.esm.json',
  '.',
]);
const options = values.development ? ['--development=True', '--source-map=True'] : [];
run(values.python, ['-m', 'jupyter_builder.main', 'build', '.', ...options]);
copyFileSync(join(here, 'install.json'), join(here, 'labextension/install.json'));
