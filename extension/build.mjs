// Builds the JupyterLab extension into labextension/: TypeScript first, then JupyterLab's own bundler.
// node extension/build.mjs [--python <python of the environment with jupyter-builder>] [--development]
import { copyFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMain, runMain } from '../scripts/lib/main.mjs';
import { at, venvProgram } from '../scripts/lib/paths.mjs';
import { Problem } from '../scripts/lib/problem.mjs';
import { mustRun } from '../scripts/lib/run.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Bundles what is compiled.
 * @param {{ python?: string, development?: boolean, show?: boolean }} [options]
 *   `python`: of the environment with jupyter-builder (default: the virtual environment's); `show`: the bundler's output goes to the terminal
 */
export async function bundleExtension({ python = venvProgram('python'), development, show } = {}) {
  if (!existsSync(python))
    throw new Problem(`There is no Python at ${python}. Run "npm run setup", or name one with --python.`);
  const options = development ? ['--development=True', '--source-map=True'] : [];
  const args = ['-m', 'jupyter_builder.main', 'build', '.', ...options];
  await mustRun('Bundling the JupyterLab extension', python, args, { cwd: here, show: show ?? false });
  copyFileSync(join(here, 'install.json'), join(here, 'labextension/install.json'));
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    const { python, development } = parseArgs({
      options: { python: { type: 'string' }, development: { type: 'boolean' } },
    }).values;
    const compiler = [at('node_modules/typescript/bin/tsc'), '-b', at('lib/tsconfig.esm.json'), '.'];
    await mustRun('Compiling the JupyterLab extension', process.execPath, compiler, {
      cwd: here,
      show: true,
    });
    await bundleExtension({ python, development, show: true });
  });
}
