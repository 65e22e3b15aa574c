/** Upstream's own test suites, run against TensorFlow.js as we load it. */
import fs from 'node:fs';
import path from 'node:path';
import { besideStock } from '../../test/upstream/beside-stock.mjs';
import { judge } from '../../test/upstream/judge.mjs';
import { at, root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { hasNative, nodeOf, nothing, reports } from './runners.mjs';

/** @typedef {import('./runners.mjs').Counts} Counts */

const NO_REPORT = { ...nothing, failed: 1, failures: ["upstream's specs ended without a report"] };

/**
 * Upstream's own specs against TensorFlow.js as we load it: all of them, but for upstream's own list of what its backend cannot do.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} node
 * @returns {Promise<Counts>}
 */
export async function upstream(env, node = process.execPath) {
  if (!(await hasNative())) return { ...nothing, notRun: 'native TensorFlow has not been set up' };
  const report = await specs('node', [], env, node);
  if (!report) return NO_REPORT;
  const notShipped = JSON.parse(fs.readFileSync(at('test/upstream/not-shipped.json'), 'utf8'));
  return withReasons(judge(report, notShipped, at('node_modules/@tensorflow/tfjs-node-gpu')));
}

/** Upstream's specs on another version of node. @param {NodeJS.ProcessEnv} env @param {number} major @returns {Promise<Counts>} */
export async function upstreamOn(env, major) {
  const node = await nodeOf(major);
  return node ? upstream(env, node) : { ...nothing, notRun: `npm gave no node ${major}` };
}

/** All specs of tfjs-core on WebAssembly, beside what the stock backend does with them. @param {NodeJS.ProcessEnv} env @returns {Promise<Counts>} */
export async function upstreamWasm(env) {
  const ours = await specs('wasm', [], env);
  const stock = await specs('wasm', ['--stock'], env);
  if (!ours || !stock) return NO_REPORT;
  return withReasons(besideStock(ours, stock));
}

/**
 * @param {'node' | 'wasm'} name
 * @param {string[]} options
 * @param {NodeJS.ProcessEnv} env
 */
async function specs(name, options, env, node = process.execPath) {
  fs.mkdirSync(reports, { recursive: true });
  const report = path.join(reports, `upstream-${name}.json`);
  fs.rmSync(report, { force: true });
  const program = at(`test/upstream/run-${name}.mjs`);
  const { output } = await run(node, [program, report, ...options], { cwd: root, env });
  if (fs.existsSync(report)) return JSON.parse(fs.readFileSync(report, 'utf8'));
  console.log(output.slice(-4_000));
  return undefined;
}

/** @template {Counts} T @param {T} counts @returns {T} */
function withReasons(counts) {
  const reasons = Object.entries(counts.skips ?? {}).map(([why, n]) => `${n} ${why}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, skipped: ${reasons.join(', ')}`);
  return counts;
}
