/**
 * What the compiled step must keep to: first use and event loop with the CNN of bench/step, memory with its MLP. A process of
 * its own for each measurement. Usage: npm run bench -- limits [--rounds 5]
 */
import { spawnSync } from 'node:child_process';
import { at } from '../scripts/lib/paths.mjs';
import { option, writeReport } from './support/report.mjs';
import { median } from './support/statistics.mjs';

/** @param {string} name */
function measure(name) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('bench/limits', `${name}.mjs`)], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status !== 0) throw new Error(`${name}: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(/** @type {string} */ (stdout.trim().split('\n').at(-1)));
}

const rounds = option('rounds', 5);
const times = (/** @type {string} */ name) => Array.from({ length: rounds }, () => measure(name));
const [firstUse, eventLoop, memory] = [times('first-use'), times('event-loop'), [measure('memory')]];

/** @type {readonly [string, readonly number[], number, string][]} */
const LIMITS = [
  ['trace and define, CNN', firstUse.map(({ compile }) => compile), 150, 'ms'],
  ['longest gap of the event loop, CNN', eventLoop.map(({ longest }) => longest), 20, 'ms'],
  ['growth of memory in 10,000 steps, MLP', memory.map(({ growth }) => growth / 1e6), 20, 'MB'],
  ['growth of the number of tensors', memory.map(({ tensors }) => tensors), 0, ''],
];
const rows = LIMITS.map(([what, values, limit, unit]) => ({
  what,
  unit,
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
  limit,
  holds: median(values) <= limit,
}));
console.table(
  rows.map((row) => ({
    ...row,
    median: row.median.toFixed(1),
    least: row.least.toFixed(1),
    most: row.most.toFixed(1),
  })),
);
writeReport('limits', { rounds, rows, firstUse, eventLoop, memory });
