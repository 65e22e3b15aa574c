import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkout } from './support/checkout.js';

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
  checkout.program('python3', 'case "$*" in *version_info*) echo 3.11.9;; esac');
});
afterEach(() => checkout.remove());

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a set-up that is interrupted', () => {
  it('ends at once, takes its programs with it, and leaves no lock', async () => {
    const pidFile = path.join(checkout.folder, 'pid');
    checkout.program('npm', `echo $$ > ${pidFile}; exec sleep 100`);
    const running = checkout.start();
    while (!fs.existsSync(pidFile) || fs.readFileSync(pidFile, 'utf8') === '') await sleep(50);
    const npm = Number(fs.readFileSync(pidFile, 'utf8'));
    expect(fs.existsSync(checkout.lock)).toBe(true);

    running.child.kill('SIGINT');
    expect(await running.ended).toBe(130);
    expect(isAlive(npm)).toBe(false);
    expect(fs.existsSync(checkout.lock)).toBe(false);
  });

  it('killed without warning, does not block the next, which waits for what it left running', async () => {
    checkout.link('ps');
    checkout.program('npm', 'sleep 3; echo > left; exit 1');
    const first = checkout.start();
    await first.until(/requirements/);
    await sleep(500); // npm has begun
    first.child.kill('SIGKILL');
    await first.ended;
    expect(fs.existsSync(checkout.lock)).toBe(true);

    checkout.program('npm', '[ -e left ] && echo the first had ended >&2; exit 1');
    const second = checkout.start();
    expect(await second.ended).toBe(1);
    expect(second.output).toMatch(/waiting for process \d+ \(npm\) of a set-up that was killed/);
    expect(second.output).toContain('the first had ended');
  });
});

it('a second set-up waits for the first', async () => {
  checkout.program('npm', 'sleep 2; echo npm has failed >&2; exit 1');
  const first = checkout.start();
  await first.until(/requirements/);
  const second = checkout.start();
  await second.until(/waiting: process \d+ is setting up as well/);
  expect(second.output).toContain(`process ${String(first.child.pid)} `);
  expect(await first.ended).toBe(1);
  await second.until(/npm has failed/);
  expect(await second.ended).toBe(1);
});
