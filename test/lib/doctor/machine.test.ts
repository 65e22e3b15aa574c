import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { parseSmi as ParseSmi } from '../../../lib/dist/doctor/machine.js';
import type * as Processor from '../../../lib/dist/doctor/processor.js';
import type * as Models from '../../../lib/dist/doctor/speed/models.js';
import { requireBuilt } from '../tensor/support/child.js';

const { allowedCpus, cpuFeatures, cpuLimit } = requireBuilt<typeof Processor>('../doctor/processor.js');
const { parseSmi } = requireBuilt<{ parseSmi: typeof ParseSmi }>('../doctor/machine.js');
const { plans, stepFlops } = requireBuilt<typeof Models>('../doctor/speed/models.js');

let folder: string;
let count = 0;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'machine-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** A file system of the given files. */
function root(files: Readonly<Record<string, string>>): string {
  const home = path.join(folder, String(count++));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    fs.writeFileSync(path.join(home, name), text);
  }
  return home;
}

describe("the processor's limit", () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ['none of its own', { 'proc/self/cgroup': '0::/\n' }, undefined],
    ['no limit', { 'proc/self/cgroup': '0::/a\n', 'sys/fs/cgroup/a/cpu.max': 'max 100000\n' }, undefined],
    ['version 2', { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '150000 100000\n' }, 1.5],
    [
      'version 2, by a group above',
      {
        'proc/self/cgroup': '0::/a/b\n',
        'sys/fs/cgroup/a/cpu.max': '200000 100000\n',
        'sys/fs/cgroup/a/b/cpu.max': '400000 100000\n',
      },
      2,
    ],
    [
      'version 1',
      {
        'proc/self/cgroup': '5:memory:/m\n4:cpu,cpuacct:/docker/x\n',
        'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
        'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      0.5,
    ],
    [
      'version 1, no limit',
      {
        'proc/self/cgroup': '4:cpu,cpuacct:/\n',
        'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      undefined,
    ],
    ['another system', {}, undefined],
  ])('is read: %s', (_, files, limit) => {
    expect(cpuLimit(root(files))).toBe(limit);
  });
});

describe('what Linux says of processors', () => {
  it.each([
    ['Name:\tnode\nCpus_allowed_list:\t0-3,8,10-11\n', 7],
    ['Cpus_allowed_list:\t0\n', 1],
    ['Name:\tnode\n', undefined],
    [undefined, undefined],
  ])('which are allowed: %j', (status, allowed) => {
    expect(allowedCpus(status)).toBe(allowed);
  });

  it.each([
    [
      'flags\t\t: fpu sse4_2 avx avx2 fma avx512f amx_bf16\n',
      ['sse4_2', 'avx', 'avx2', 'fma', 'avx512f', 'amx_bf16'],
    ],
    ['Features\t: fp asimd asimddp\n', ['asimd', 'asimddp']],
    ['processor : 0\n', undefined],
    [undefined, undefined],
  ])('their instruction sets: %j', (text, features) => {
    expect(cpuFeatures(text)).toEqual(features);
  });
});

it('reads what nvidia-smi prints', () => {
  expect(parseSmi('NVIDIA H100 80GB HBM3, 81559 MiB, 550.54.15\n')).toEqual([
    { name: 'NVIDIA H100 80GB HBM3', memory: '81559 MiB', driver: '550.54.15' },
  ]);
  expect(parseSmi('')).toEqual([]);
  expect(parseSmi(undefined)).toBeUndefined();
});

it("counts a step's operations", () => {
  // By hand: 2 · 128 · (3 · (784 · 128 + 128 · 10) − 784 · 128), and the same with 26²·9·32, 11²·9·32·64, 1600·128, 1280.
  const conv = [26 ** 2 * 9 * 32, 11 ** 2 * 9 * 32 * 64, 1600 * 128, 1280];
  const cnn = 2 * 64 * (3 * conv.reduce((a, b) => a + b) - (conv[0] as number));
  expect(plans.map((plan) => stepFlops(plan, plan.batch))).toEqual([52_363_264, cnn]);
});
