import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nativeIsHere, root } from '../tensor/support/child.js';

function gradoscope(...args: string[]) {
  const began = performance.now();
  const child = spawnSync(process.execPath, [path.join(root, 'lib/bin/gradoscope.cjs'), ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const { status, stdout, stderr } = child;
  return { status, stdout, stderr, ms: performance.now() - began };
}

describe('gradoscope', () => {
  it('lists its commands', () => {
    const { status, stdout } = gradoscope('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}native\s+sets native TensorFlow up$/m);
  });

  it('prints its version', () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(root, 'lib/package.json'), 'utf8')) as {
      version: string;
    };
    expect(gradoscope('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [[], 'Usage'],
    [['nativ'], 'there is no command "nativ"'],
    [['constructor'], 'there is no command "constructor"'],
    [['native', '--bogus'], "Unknown option '--bogus'"],
    [['native', 'x'], "Unexpected argument 'x'"],
    [['native', '--from'], 'argument missing'],
    [['native', '--from', 'a.whl', '--use-installed'], '--from and --use-installed exclude each other'],
  ])('ends with status 2 for a wrong command line: %j', (args, why) => {
    const { status, stdout, stderr } = gradoscope(...args);
    expect(status).toBe(2);
    expect(stdout + stderr).toContain(why);
  });
});

describe('gradoscope native', () => {
  it('explains itself', () => {
    const { status, stdout } = gradoscope('native', '--help');
    expect(status).toBe(0);
    for (const option of ['--gpu', '--from WHEEL', '--use-installed', '--python PYTHON', '--json'])
      expect(stdout).toContain(option);
  });

  it.skipIf(!nativeIsHere)('takes under a second when it is set up, and says where and from what', () => {
    const { status, stdout, stderr, ms } = gradoscope('native', '--keep', '--python', '/nowhere/python');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Native TensorFlow 2\.\d+\.\d+ is set up already in \/.*\nSource: /);
    expect(ms).toBeLessThan(1_000);
  });

  it('says what failed, what to do, and that work goes on', () => {
    const { status, stdout, stderr } = gradoscope('native', '--from', '/nowhere/tensorflow-2.21.0-x.whl');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('is not there');
    expect(stderr).toContain('Until then everything runs on WebAssembly');
  });
});
