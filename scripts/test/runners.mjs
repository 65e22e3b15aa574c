import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findOrInstallChromium, howToGetChromium } from '../lib/chromium.mjs';
import { allNotebooks, executeNotebook, venvEnvironment } from '../lib/notebooks.mjs';
import { at, root, venvProgram } from '../lib/paths.mjs';
import { readJunit, readVitest } from '../lib/results.mjs';
import { run } from '../lib/run.mjs';

/** @typedef {Omit<import('../lib/results.mjs').Result, 'name' | 'seconds'>} Counts */

export const reports = at('out', 'reports');
export const nothing = { passed: 0, failed: 0, skipped: 0 };

/** @param {string} program @param {string[]} args @returns {Promise<Counts>} a check counts as one test */
async function check(program, args) {
  const { code } = await run(process.execPath, [at('node_modules', program), ...args], {
    cwd: root,
    show: true,
  });
  return code === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 };
}

export const lint = () => check('eslint/bin/eslint.js', ['.']);
export const format = () => check('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']);
export const types = () => check('typescript/bin/tsc', ['-p', 'test']);

/**
 * @param {string} name the report's name
 * @param {string[]} options vitest's options
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Counts>}
 */
export async function vitest(name, options, env) {
  fs.mkdirSync(reports, { recursive: true });
  const report = path.join(reports, `${name}.json`);
  fs.rmSync(report, { force: true });
  const args = [at('node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json'];
  const result = await run(
    process.execPath,
    [...args, `--outputFile.json=${report}`, '--passWithNoTests', ...options],
    {
      cwd: root,
      env: venvEnvironment(env),
      show: true,
    },
  );
  if (!fs.existsSync(report)) return { ...nothing, failed: 1, failures: ['vitest ended without a report'] };
  const counts = readVitest(report);
  // Errors outside of tests are in no test's result.
  if (result.code !== 0 && counts.failed === 0)
    return { ...counts, failed: 1, failures: ['an error outside of the tests'] };
  return counts;
}

/**
 * Jupyter's own tests of kernels, and ours that use its client.
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} files of test/conformance; default: all
 * @returns {Promise<Counts>}
 */
export async function pytest(env, files = []) {
  const folder = at('test/conformance');
  if (!fs.existsSync(folder) || !fs.readdirSync(folder).some((name) => /^test_.*\.py$/.test(name))) {
    return { ...nothing, notRun: 'there are no Python tests' };
  }
  fs.mkdirSync(reports, { recursive: true });
  const report = path.join(reports, 'pytest.xml');
  fs.rmSync(report, { force: true });
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', `--junitxml=${report}`];
  args.push(...(files.length > 0 ? files.map((file) => path.join(folder, file)) : [folder]));
  const { code } = await run(venvProgram('python'), args, {
    cwd: root,
    env: venvEnvironment(env),
    show: true,
  });
  if (!fs.existsSync(report)) return { ...nothing, failed: 1, failures: ['pytest ended without a report'] };
  const counts = readJunit(report);
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** Where V8 differs most: interrupts, on another version of node. @param {NodeJS.ProcessEnv} env @param {number} major @returns {Promise<Counts>} */
export async function otherNode(env, major) {
  const node = await nodeOf(major);
  if (!node) return { ...nothing, notRun: `npm gave no node ${major}` };
  const files = ['test_interrupt.py', 'test_async_hooks.py'];
  return pytest({ ...env, GRADOSCOPE_NODE: node, GRADOSCOPE_FULL: '0' }, files);
}

/** @param {number} major @returns {Promise<string | undefined>} the program, from npm */
export async function nodeOf(major) {
  const npm = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const found = await run(npm, ['-y', `node@${major}`, '-p', 'process.execPath'], { cwd: root });
  const node = found.output.trim().split('\n').at(-1) ?? '';
  return found.code === 0 && fs.existsSync(node) ? node : undefined;
}

/**
 * Every notebook, from its first to its last cell; what its outputs must hold is in test/notebooks.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} suffix
 * @returns {Promise<Counts>}
 */
export async function notebooks(env, suffix) {
  const counts = { ...nothing, failures: /** @type {string[]} */ ([]) };
  const native = env.GRADOSCOPE_BACKEND === undefined && (await hasNative());
  for (const file of allNotebooks()) {
    console.log(file);
    const { ok, copy } = await executeNotebook(file, { env, suffix });
    const problems = ok ? await checkNotebook(file, copy, native) : [`${file} failed`];
    if (problems.length === 0) counts.passed++;
    else counts.failed++;
    for (const problem of problems) console.log(`  ${problem}`);
    counts.failures.push(...problems);
  }
  return counts;
}

/** Can native TensorFlow be loaded here? */
export async function hasNative() {
  const ask =
    "require('./lib/dist/index.js').loadTensorFlow().then(({ native }) => process.exit(native ? 0 : 1))";
  return (await run(process.execPath, ['-e', ask], { cwd: root })).code === 0;
}

/** @param {string} file @param {string} copy @param {boolean} native @returns {Promise<string[]>} */
async function checkNotebook(file, copy, native) {
  const rules = at('test/notebooks', `${path.basename(file, '.ipynb')}.mjs`);
  if (!fs.existsSync(rules)) return [`${path.relative(root, rules)} is missing`];
  const { check } = await import(pathToFileURL(rules).href);
  return check(JSON.parse(fs.readFileSync(at(copy), 'utf8')), native);
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<Counts>} */
export async function browser(env) {
  const chromium = await findOrInstallChromium();
  if (!chromium) return { ...nothing, notRun: `no Chromium was found. ${howToGetChromium}` };
  return vitest('browser', ['--project', 'browser'], {
    ...env,
    CHROME_PATH: chromium,
    GRADOSCOPE_CHROMIUM: chromium,
  });
}
