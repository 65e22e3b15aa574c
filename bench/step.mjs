/**
 * One training step beside Keras and PyTorch: processes in alternation, each step's loss read before the next, every program
 * with one and with two threads, the better counts. Usage: npm run bench -- step [--rounds 5] [--models mlp,cnn,…] [--programs …]
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at, venvProgram } from '../scripts/lib/paths.mjs';
import { SIZES } from './step/sizes.mjs';
import { option, writeReport } from './support/report.mjs';
import { interval, median } from './support/statistics.mjs';

const PACKAGES = ['tensorflow-cpu==2.21.0', 'keras==3.15.0', 'torch==2.13.0'];
const venv = at('out/bench/step/venv');
const python = path.join(venv, 'bin/python');

/** @param {string} command @param {string[]} args */
function must(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error ?? status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

/** The peers in an environment of their own; what is there already is kept. */
function preparePeers() {
  const done = path.join(venv, '.done');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === PACKAGES.join()) return;
  console.log('installing Keras and PyTorch');
  must(venvProgram('python'), ['-m', 'venv', venv]);
  for (const requirement of PACKAGES) must(python, ['-m', 'pip', 'install', '--quiet', requirement]);
  fs.writeFileSync(done, PACKAGES.join());
}

/** `-k8`: eight steps in a call, whose losses are read together. */
const OURS = ['eager', 'graph', 'xla', 'graph-k8', 'xla-k8'];
const PEERS = ['keras', 'keras-jit', 'torch', 'torch-compile'];
/** XLA's convolutions take seconds a step on a CPU; 50 steps of an LSTM, written out, take it minutes to compile. */
const SKIPPED = new Set(['cnn keras-jit', 'cnn xla', 'lstm xla']);
/** @param {string} model @param {string} program */
const skipped = (model, program) =>
  SKIPPED.has(`${model} ${program}`) || (program.endsWith('-k8') && model !== 'mlp');

/** @param {string} flag @param {readonly string[]} all */
function chosen(flag, all) {
  const i = process.argv.indexOf(`--${flag}`);
  return i < 0 ? [...all] : /** @type {string} */ (process.argv[i + 1]).split(',');
}

/** @param {string} program @param {string} model @param {number} threads */
function measure(program, model, threads) {
  const size = SIZES[/** @type {keyof typeof SIZES} */ (model)];
  const env = {
    ...process.env,
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: String(threads),
  };
  const [command, args] = OURS.includes(program)
    ? [process.execPath, [at('bench/step/ours.mjs'), model, program, String(size.steps)]]
    : [python, [at('bench/step/peers.py'), program, model, String(threads), JSON.stringify(size)]];
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', timeout: 600_000 });
  if (status !== 0) return { failed: stderr.trim().split('\n').at(-1) ?? 'killed' };
  return JSON.parse(/** @type {string} */ (stdout.trim().split('\n').at(-1)));
}

/** Products of matrices a second with all cores, in GFLOP: what a step cannot do better than. */
function sgemm() {
  const script = `const { loadTensorFlow } = require(${JSON.stringify(at('lib/dist/tensor/index.js'))});
    loadTensorFlow().then(({ tf }) => { const a = tf.randomNormal([1024, 1024]), b = tf.randomNormal([1024, 1024]);
      let best = Infinity; for (let i = 0; i < 20; i++) { const t = performance.now(); tf.matMul(a, b).dataSync(); best = Math.min(best, performance.now() - t); }
      console.log(2 * 1024 ** 3 / best / 1e6); });`;
  return Number(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout);
}

preparePeers();
const rounds = option('rounds', 5);
const models = chosen('models', Object.keys(SIZES));
const programs = chosen('programs', [...OURS, ...PEERS]);
/** @type {Record<string, Record<string, Record<number, { ms: number[], first: number[], failed?: string }>>>} */
const rows = {};
for (let round = 0; round < rounds; round++) {
  for (const model of models) {
    for (const program of [...programs].sort(() => Math.random() - 0.5)) {
      if (skipped(model, program)) continue;
      for (const threads of [1, 2]) {
        const row = (((rows[model] ??= {})[program] ??= {})[threads] ??= { ms: [], first: [] });
        if (row.failed) continue;
        const { ms, first, failed, mode } = measure(program, model, threads);
        if (failed) row.failed = failed;
        else {
          row.ms.push(ms);
          row.first.push(first);
        }
        const wrong = mode && mode !== program.replace('-k8', '') ? ` (ran ${mode})` : '';
        console.log(
          `${round + 1} ${model} ${program} ×${threads}: ${failed ?? `${ms.toFixed(3)} ms, first ${first.toFixed(2)} s`}${wrong}`,
        );
      }
    }
  }
}

/** The better thread count of each program. */
const best = Object.fromEntries(
  Object.entries(rows).map(([model, byProgram]) => [
    model,
    Object.fromEntries(
      Object.entries(byProgram).flatMap(([program, byThreads]) => {
        const runs = Object.entries(byThreads)
          .filter(([, { ms }]) => ms.length > 0)
          .map(([threads, { ms, first }]) => ({
            threads: Number(threads),
            ms,
            median: median(ms),
            first: median(first),
          }))
          .sort((a, b) => a.median - b.median);
        return runs[0] ? [[program, runs[0]]] : [];
      }),
    ),
  ]),
);

/** @type {readonly [string, readonly string[], string, readonly string[], number][]} */
const LIMITS = [
  ['mlp', ['graph', 'xla'], 'PyTorch', ['torch'], 0.75],
  ['mlp', ['graph', 'xla'], 'Keras', ['keras'], 0.5],
  ['mlp', ['graph', 'xla'], 'Keras jit', ['keras-jit'], Infinity],
  ['cnn', ['graph'], 'Keras', ['keras'], 0.95],
  ['cnn', ['graph'], 'PyTorch', ['torch'], 0.75],
  ...['lstm-small', 'lstm', 'transformer'].flatMap((model) => [
    /** @type {const} */ ([model, ['graph', 'xla'], 'the better of Keras', ['keras', 'keras-jit'], 1]),
    /** @type {const} */ ([model, ['graph', 'xla'], 'PyTorch', ['torch'], 1.2]),
  ]),
  ...models.map(
    (model) =>
      /** @type {const} */ ([model, ['graph', 'xla'], 'PyTorch compiled', ['torch-compile'], Infinity]),
  ),
  ...models.map(
    (model) => /** @type {const} */ ([model, ['graph', 'xla'], 'eager tfjs-node', ['eager'], Infinity]),
  ),
];
const better = (model, names) =>
  names
    .map((name) => best[model]?.[name])
    .filter((run) => run !== undefined)
    .sort((a, b) => a.median - b.median)[0];
const ratios = LIMITS.flatMap(([model, own, peer, names, limit]) => {
  const [ours, theirs] = [better(model, own), better(model, names)];
  if (!ours || !theirs) return [];
  const pairs = ours.ms.map((ms, i) => ms / (theirs.ms[i] ?? theirs.median));
  const ratio = median(pairs);
  return [
    {
      what: `${model} / ${peer}`,
      ratio,
      interval: interval(pairs),
      limit: Number.isFinite(limit) ? limit : null,
      holds: ratio <= limit,
    },
  ];
});

console.log(
  `\nMilliseconds a step, medians of ${rounds} processes, the better of one and two threads; first use in seconds`,
);
console.table(
  Object.fromEntries(
    programs.map((program) => [
      program,
      Object.fromEntries(
        models.flatMap((model) => {
          const run = best[model]?.[program];
          return run
            ? [[model, `${run.median.toFixed(2)} (×${run.threads}, ${run.first.toFixed(1)} s)`]]
            : [];
        }),
      ),
    ]),
  ),
);
console.table(
  ratios.map(({ what, ratio, interval: [low, high], limit, holds }) => ({
    what,
    ratio: ratio.toFixed(3),
    '95 % interval': `${low.toFixed(2)} – ${high.toFixed(2)}`,
    limit: limit === null ? 'none' : `≤ ${limit}`,
    holds,
  })),
);
const limit = sgemm();
console.log(
  `Products of matrices with ${os.cpus().length} cores: ${limit.toFixed(0)} GFLOP/s. A step beside what its products would take at that:`,
);
const besideLimit = Object.fromEntries(
  models.flatMap((model) => {
    const least = SIZES[/** @type {keyof typeof SIZES} */ (model)].flops / limit / 1e6;
    return Object.entries(best[model] ?? {}).map(([program, run]) => [
      `${model} ${program}`,
      run.median / least,
    ]);
  }),
);
console.table(
  Object.fromEntries(
    programs.map((program) => [
      program,
      Object.fromEntries(
        models.map((model) => [model, besideLimit[`${model} ${program}`]?.toFixed(1) ?? '']),
      ),
    ]),
  ),
);
writeReport('step', { rounds, packages: PACKAGES, best, ratios, sgemmGflops: limit, besideLimit });
