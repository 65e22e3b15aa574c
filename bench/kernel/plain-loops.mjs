/** The same loops in a plain CommonJS module of node, each in a process of its own; prints milliseconds as JSON. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { median } from '../support/statistics.mjs';

const LOOPS = {
  sum: 'let s = 0;\nfor (let i = 0; i < 5e6; i++) { s += i; }',
  math: 'let s = 0;\nfor (let i = 0; i < 5e6; i++) { s += Math.sqrt(i); }',
  call: 'function g(x) { return x * 0.5 + 1; }\nlet s = 0;\nfor (let i = 0; i < 5e6; i++) { s += g(i); }',
  push: 'const s = [];\nfor (let i = 0; i < 5e6; i++) { s.push(i); }',
};

/** Milliseconds, medians of `times` processes. */
function plainLoops(times = 11) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gradoscope-bench-'));
  const file = path.join(folder, 'loop.cjs');
  try {
    return Object.fromEntries(
      Object.entries(LOOPS).map(([kind, code]) => {
        fs.writeFileSync(
          file,
          `const began = performance.now();\n${code}\nconsole.log(performance.now() - began);\n`,
        );
        const run = () => Number(spawnSync(process.execPath, [file], { encoding: 'utf8' }).stdout);
        return [`loop ${kind}`, median(Array.from({ length: times }, run))];
      }),
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

console.log(JSON.stringify(plainLoops()));
