/**
 * One training step on WebAssembly, with one thread and with all, beside native TensorFlow operation by operation and compiled:
 * processes in alternation, each step's loss read before the next. Usage: npm run bench -- fallback [--rounds 5]
 */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { at } from '../scripts/lib/paths.mjs';
import { SIZES } from './step/sizes.mjs';
import { option, writeReport } from './support/report.mjs';
import { interval, median } from './support/statistics.mjs';

const MODELS = /** @type {const} */ (['mlp', 'cnn', 'lstm-small', 'transformer']);
const THREADS = os.availableParallelism();

/** Mode of bench/step/ours.mjs and what the environment says. */
const PROGRAMS = {
  'native, compiled': { mode: 'graph', env: { GRADOSCOPE_BACKEND: 'native' } },
  'native, operation by operation': { mode: 'eager', env: { GRADOSCOPE_BACKEND: 'native' } },
  'wasm, 1 thread': { mode: 'eager', env: { GRADOSCOPE_BACKEND: 'wasm', GRADOSCOPE_WASM_THREADS: '1' } },
  [`wasm, ${THREADS} threads`]: {
    mode: 'eager',
    env: { GRADOSCOPE_BACKEND: 'wasm', GRADOSCOPE_WASM_THREADS: String(THREADS) },
  },
};

/** @param {string} model @param {{ mode: string, env: object }} program @returns {number} milliseconds */
function measure(model, { mode, env }) {
  const { steps } = SIZES[/** @type {keyof typeof SIZES} */ (model)];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [at('bench/step/ours.mjs'), model, mode, String(steps)],
    { env: { ...process.env, ...env }, encoding: 'utf8', timeout: 300_000 },
  );
  if (status !== 0) throw new Error(`${model}: ${stderr.trim().split('\n').at(-1) ?? 'killed'}`);
  const result = JSON.parse(/** @type {string} */ (stdout.trim().split('\n').at(-1)));
  if (result.mode !== mode) throw new Error(`${model} ran ${result.mode}, not ${mode}: ${result.reason}`);
  return result.ms;
}

const rounds = option('rounds', 5);
/** @type {Record<string, Record<string, number[]>>} */
const times = {};
for (let round = 0; round < rounds; round++) {
  for (const model of MODELS) {
    for (const [name, program] of Object.entries(PROGRAMS).sort(() => Math.random() - 0.5)) {
      const ms = measure(model, program);
      ((times[model] ??= {})[name] ??= []).push(ms);
      console.log(`${round + 1} ${model} ${name}: ${ms.toFixed(2)} ms`);
    }
  }
}

const names = Object.keys(PROGRAMS);
const rows = Object.fromEntries(
  Object.entries(times).map(([model, byName]) => [
    model,
    Object.fromEntries(
      names.map((name) => {
        const ms = /** @type {number[]} */ (byName[name]);
        const native = /** @type {number[]} */ (byName['native, operation by operation']);
        const ratios = ms.map((value, i) => value / /** @type {number} */ (native[i]));
        return [name, { ms, median: median(ms), toEager: median(ratios), interval: interval(ratios) }];
      }),
    ),
  ]),
);
console.log(`\nMilliseconds a step, medians of ${rounds} processes; × native operation by operation`);
console.table(
  Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(
        MODELS.map((model) => {
          const { median: ms, toEager } = rows[model][name];
          return [model, `${ms.toFixed(2)} (×${toEager.toFixed(2)})`];
        }),
      ),
    ]),
  ),
);
writeReport('fallback', { rounds, threads: THREADS, rows });
