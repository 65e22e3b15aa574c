/**
 * `npm test [-- --full]`: the set-up, then all tests. The last line counts them. `--full` (npm run test:full) takes larger
 * sizes and writes test/results/full.json.
 */
import fs from 'node:fs';
import os from 'node:os';
import { runMain } from './lib/main.mjs';
import { at } from './lib/paths.mjs';
import { printResults, total } from './lib/results.mjs';
import { setup } from './setup.mjs';
import { browser, format, lint, notebooks, otherNode, pytest, types, vitest } from './test/runners.mjs';

const full = process.argv.includes('--full');
// The tests do not write into the user's history of cells.
const env = { ...process.env, GRADOSCOPE_HISTORY: '0', ...(full ? { GRADOSCOPE_FULL: '1' } : {}) };
const projects = ['lib', 'kernel', 'extension', 'conformance', 'install'].flatMap((name) => [
  '--project',
  name,
]);

/** @typedef {[string, () => Promise<import('./test/runners.mjs').Counts>]} Runner */

/** @type {Runner[]} */
const otherNodes = full
  ? [22, 24].map((major) => [`interrupts, node ${major}`, () => otherNode(env, major)])
  : [];

/** @type {Runner[]} */
const runners = [
  ['lint', lint],
  ['format', format],
  ['types of the tests', types],
  ['vitest', () => vitest('vitest', projects, env)],
  ['pytest', () => pytest(env)],
  ...otherNodes,
  ['notebooks', () => notebooks(env, '')],
  ['notebooks, fallback', () => notebooks({ ...env, GRADOSCOPE_BACKEND: 'wasm' }, '-fallback')],
  ['browser', () => browser(env)],
];

await runMain(async () => {
  await setup({ tests: true });
  /** @type {import('./lib/results.mjs').Result[]} */
  const results = [];
  for (const [name, run] of runners) {
    console.log(`\n== ${name}`);
    const began = performance.now();
    results.push({ name, ...(await run()), seconds: (performance.now() - began) / 1000 });
  }
  printResults(results);
  const { passed, failed, skipped } = total(results);
  if (full) writeFull(results);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
});

/** @param {import('./lib/results.mjs').Result[]} results */
function writeFull(results) {
  const [cpu] = os.cpus();
  const machine = {
    platform: `${os.type()} ${os.release()} ${os.arch()}`,
    processor: cpu?.model,
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
  };
  fs.mkdirSync(at('test/results'), { recursive: true });
  const report = { date: new Date().toISOString(), machine, total: total(results), results };
  fs.writeFileSync(at('test/results/full.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}
