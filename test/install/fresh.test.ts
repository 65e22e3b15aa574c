import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { root, Running } from './support/checkout.js';

const full = process.env['GRADOSCOPE_FULL'] === '1';

/** Some minutes: npm and pip fetch everything. A fresh clone without interruptions is what continuous integration sets up. */
it.skipIf(!full)(
  'a fresh clone is set up, though interrupted again and again',
  { timeout: 1_800_000 },
  async () => {
    const clone = fs.mkdtempSync(path.join(os.tmpdir(), 'fresh-'));
    const script = path.join(clone, 'scripts/setup.mjs');
    try {
      execFileSync('git', ['clone', '--quiet', root, clone]);
      for (const [signal, ms] of [
        ['SIGINT', 5_000],
        ['SIGKILL', 20_000],
        ['SIGINT', 80_000],
        ['SIGKILL', 40_000],
      ] as const) {
        const running = new Running(script);
        await Promise.race([running.ended, sleep(ms)]);
        // npm and pip outlive a set-up that is killed: the next one waits for them.
        running.child.kill(signal);
        await running.ended;
      }
      const last = new Running(script);
      expect(await last.ended, last.output).toBe(0);
      const jupyter = path.join(clone, '.venv/bin/jupyter');
      const specs = execFileSync(jupyter, ['kernelspec', 'list', '--json'], { encoding: 'utf8' });
      expect(Object.keys((JSON.parse(specs) as { kernelspecs: object }).kernelspecs)).toContain('gradoscope');
      expect(
        fs.existsSync(
          path.join(clone, '.venv/share/jupyter/labextensions/gradoscope-labextension/package.json'),
        ),
      ).toBe(true);
    } finally {
      fs.rmSync(clone, { recursive: true, force: true, maxRetries: 10, retryDelay: 1000 });
    }
  },
);
