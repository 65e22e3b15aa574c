/**
 * The kernel beside tslab, Deno's and ipykernel: start, cells, completion, top-level loops, text and comm messages. Kernels
 * are started in alternation; ratios are of one round each, with the 95 % interval of their median.
 * Usage: npm run bench -- kernel [--rounds 9] [--past 300] [--no-conformance | --kept-conformance] [--parts cells,loops] [--kernels deno,ipykernel]
 * With parts or kernels named, the rest is as it was measured last.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { at, venvProgram } from '../scripts/lib/paths.mjs';
import { preparePeers, prefix, project } from './kernel/peers.mjs';
import { PLAIN, ratiosOf, targets } from './kernel/ratios.mjs';
import { conformance } from './kernel/conformance.mjs';
import { option, writeReport } from './support/report.mjs';
import { median } from './support/statistics.mjs';

const rounds = option('rounds', 9);
const past = option('past', 300);
const ours = ['gradoscope-ts7', 'gradoscope-tslab'];
const all = [...ours, 'tslab', 'deno', 'ipykernel'];

/** What is measured now. @param {string} name @param {readonly string[]} otherwise */
const chosen = (name, otherwise) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? otherwise : (process.argv[i + 1] ?? '').split(',');
};
const parts = chosen('parts', ['cells', 'loops', 'lines', 'comms']);
const kernels = chosen('kernels', [...all, PLAIN]);
/** @param {readonly string[]} names */
const among = (names) => names.filter((name) => kernels.includes(name));

preparePeers();
const config = path.join(project, 'bench.json');
fs.writeFileSync(
  config,
  JSON.stringify({
    cwd: project,
    past,
    // tslab's hundreds of cells take minutes, or never end.
    pastRounds: { 'gradoscope-ts7': 3 },
    parts: Object.fromEntries(
      Object.entries({
        cells: [among(all), rounds],
        loops: [among([...ours, 'tslab', 'deno', PLAIN]), 3],
        lines: [among([...ours, 'deno', 'ipykernel']), 5],
        comms: [among(['gradoscope-ts7']), 1],
      }).filter(([part]) => parts.includes(part)),
    ),
  }),
);

/** @type {{ part: string, round: number, kernel: string, values?: Record<string, number>, error?: string }[]} */
const rows = [];
const kept = at('out/bench/kernel/rows.json');
if (['--parts', '--kernels'].some((name) => process.argv.includes(name))) {
  const before = /** @type {typeof rows} */ (JSON.parse(fs.readFileSync(kept, 'utf8')));
  rows.push(...before.filter(({ part, kernel }) => !(parts.includes(part) && kernels.includes(kernel))));
}
const child = spawn(venvProgram('python'), [at('bench/kernel/measure.py'), config], {
  stdio: ['ignore', 'pipe', 'ignore'],
  env: { ...process.env, JUPYTER_PATH: path.join(prefix, 'share/jupyter'), GRADOSCOPE_HISTORY: '0' },
});
for await (const line of createInterface({ input: child.stdout })) {
  const row = JSON.parse(line);
  rows.push(row);
  const shown = Object.entries(row.values ?? {}).map(
    ([key, value]) => `${key} ${typeof value === 'number' ? value.toFixed(4) : value}`,
  );
  console.log(`${row.part} ${row.round + 1} ${row.kernel}: ${row.error ?? shown.join(', ')}`);
}

fs.writeFileSync(kept, JSON.stringify(rows));

/** @type {Record<string, Record<string, number>>} */
const medians = {};
for (const kernel of [...all, PLAIN]) {
  const found = rows.filter((row) => row.kernel === kernel && row.values && row.part !== 'comms');
  const keys = new Set(found.flatMap(({ values }) => Object.keys(values ?? {})));
  medians[kernel] = Object.fromEntries(
    [...keys].map((key) => [key, median(found.flatMap(({ values }) => values?.[key] ?? []))]),
  );
}
console.log('\nMedians (seconds; loops in milliseconds)');
console.table(
  Object.fromEntries(
    Object.entries(medians).map(([name, values]) => [
      name,
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Number(value.toPrecision(3))])),
    ]),
  ),
);
const ratios = targets.map((target) => ratiosOf(target, rows));
console.log('\nRatios, medians of rounds');
console.table(
  Object.fromEntries(
    ratios.map(({ what, ratio, interval, limit, holds }) => [
      what,
      {
        ratio: ratio?.toFixed(3),
        '95 % interval': interval?.map((end) => end.toFixed(3)).join(' – '),
        limit,
        holds,
      },
    ]),
  ),
);
const comms = rows.filter(({ part }) => part === 'comms');
const failures = rows.filter(({ error }) => error !== undefined);
writeReport('kernel', {
  rounds,
  past,
  medians,
  ratios,
  comms,
  failures,
  conformance: process.argv.includes('--no-conformance')
    ? 'not run'
    : conformance(all, process.argv.includes('--kept-conformance')),
});
