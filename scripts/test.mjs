/**
 * `npm test [-- --full]`: the set-up, then all tests. The last line counts them. `--full` (npm run test:full) takes larger
 * sizes and writes test/results/full.json; with `--failed` only what had failed there runs again. Each result has its date.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runMain } from './lib/main.mjs';
import { at } from './lib/paths.mjs';
import { printResults, total } from './lib/results.mjs';
import { setup } from './setup.mjs';
import { browser, format, lint, notebooks, otherNode, pytest, types, vitest } from './test/runners.mjs';
import { upstream, upstreamOn, upstreamWasm } from './test/upstream.mjs';

const full = process.argv.includes('--full');
const RESULTS = at('test/results/full.json');
/** Results to keep. @type {readonly import('./lib/results.mjs').Result[]} */
const kept = full && process.argv.includes('--failed') ? passedBefore() : [];
// The tests do not write into the user's history of cells.
const env = { ...process.env, GRADOSCOPE_HISTORY: '0', ...(full ? { GRADOSCOPE_FULL: '1' } : {}) };
const projects = ['lib', 'kernel', 'extension', 'conformance', 'upstream', 'install'].flatMap((name) => [
  '--project',
  name,
]);

/** @typedef {[string, () => Promise<import('./test/runners.mjs').Counts>]} Runner */

/** @param {number} major @returns {Runner[]} */
const onNode = (major) => [
  [`interrupts, node ${major}`, () => otherNode(env, major)],
  [`upstream, node ${major}`, () => upstreamOn(env, major)],
];

/** @type {Runner[]} */
const others = full ? [['upstream, wasm', () => upstreamWasm(env)], ...onNode(22), ...onNode(24)] : [];

/** @type {Runner[]} */
const runners = [
  ['lint', lint],
  ['format', format],
  ['types of the tests', types],
  ['vitest', () => vitest('vitest', projects, env)],
  ['pytest', () => pytest(env)],
  ['upstream', () => upstream(env)],
  ...others,
  ['notebooks', () => notebooks(env, '')],
  ['notebooks, fallback', () => notebooks({ ...env, GRADOSCOPE_BACKEND: 'wasm' }, '-fallback')],
  ['browser', () => browser(env)],
];

await runMain(async () => {
  await setup({ tests: true });
  /** @type {import('./lib/results.mjs').Result[]} */
  const results = [];
  for (const [name, run] of runners) {
    const before = kept.find((result) => result.name === name);
    if (before) {
      results.push(before);
      continue;
    }
    console.log(`\n== ${name}`);
    const began = performance.now();
    const date = new Date().toISOString();
    results.push({ name, date, ...(await run()), seconds: (performance.now() - began) / 1000 });
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
  fs.mkdirSync(path.dirname(RESULTS), { recursive: true });
  const report = { date: new Date().toISOString(), machine, total: total(results), results };
  fs.writeFileSync(RESULTS, `${JSON.stringify(report, undefined, 2)}\n`);
}

/** @returns {import('./lib/results.mjs').Result[]} */
function passedBefore() {
  const { date, results } = JSON.parse(fs.readFileSync(RESULTS, 'utf8'));
  return results
    .filter((/** @type {import('./lib/results.mjs').Result} */ { failed }) => failed === 0)
    .map((/** @type {import('./lib/results.mjs').Result} */ result) => ({ date, ...result }));
}
