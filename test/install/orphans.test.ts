import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout } from './support/checkout.js';

let checkout: Checkout;
let other: ChildProcess;
let pid: number;
const noteFile = (of: number) => path.join(checkout.folder, '.gradoscope/running', String(of));

/** Runs the statements with the module's functions, then waits for at most half a second. */
async function wait(before: string): Promise<string> {
  const script = `import fs from 'node:fs';
import { note, waitForOrphans } from './lib/orphans.mjs';
${before}
await waitForOrphans(console.log, 500);`;
  fs.writeFileSync(path.join(checkout.folder, 'scripts/wait.mjs'), script);
  const running = checkout.start('wait');
  expect(await running.ended).toBe(0);
  return running.output;
}

beforeEach(() => {
  checkout = new Checkout();
  checkout.link('ps');
  other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
  pid = other.pid ?? 0;
});
afterEach(() => {
  other.kill('SIGKILL');
  checkout.remove();
});

describe('what a killed set-up left running', () => {
  it('is waited for, but not for ever', async () => {
    const output = await wait(`note(${pid}, 'node');`);
    expect(output).toContain(`waiting for process ${pid} (node) of a set-up that was killed`);
    expect(output).toContain(`process ${pid} (node) still runs: going on`);
    expect(fs.existsSync(noteFile(pid))).toBe(false);
  });

  it('is not mistaken for a later process with the same number', async () => {
    const file = JSON.stringify(noteFile(pid));
    const output = await wait(`note(${pid}, 'node');
const left = JSON.parse(fs.readFileSync(${file}, 'utf8'));
if (!left.started) throw new Error('no start time');
fs.writeFileSync(${file}, JSON.stringify({ ...left, started: 'earlier' }));`);
    expect(output).toBe('');
    expect(fs.existsSync(noteFile(pid))).toBe(false);
  });

  it('is neither the set-up itself nor its parent', async () => {
    expect(await wait(`note(process.pid, 'node'); note(process.ppid, 'node');`)).toBe('');
    expect(fs.existsSync(noteFile(process.pid))).toBe(false);
  });

  it('is not sought by a note that is broken', async () => {
    expect(await wait(`note(${pid}, 'node'); fs.writeFileSync(${JSON.stringify(noteFile(pid))}, '');`)).toBe(
      '',
    );
  });
});
