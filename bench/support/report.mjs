import fs from 'node:fs';
import os from 'node:os';
import { at } from '../../scripts/lib/paths.mjs';

/** What the numbers of a report were taken on. */
export function machine() {
  return {
    platform: `${os.type()} ${os.arch()}`,
    processor: os.cpus()[0]?.model,
    cores: os.cpus().length,
    node: process.version,
    loadAverage: os.loadavg().map((value) => Number(value.toFixed(2))),
  };
}

/** Writes bench/results/NAME.json. @param {string} name @param {object} content */
export function writeReport(name, content) {
  fs.mkdirSync(at('bench/results'), { recursive: true });
  const report = { date: new Date().toISOString(), machine: machine(), ...content };
  fs.writeFileSync(at('bench/results', `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
}

/** The value of `--name` on the command line. @param {string} name @param {number} fallback */
export function option(name, fallback) {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : Number(process.argv[i + 1]);
}
