import { describe, expect, it } from 'vitest';
import type { findingsOf as FindingsOf } from '../../../lib/dist/doctor/findings.js';
import type { ReportData } from '../../../lib/dist/doctor/report.js';
import type { StepSpeed } from '../../../lib/dist/doctor/speed/steps.js';
import { requireBuilt } from '../tensor/support/child.js';

const { findingsOf } = requireBuilt<{ findingsOf: typeof FindingsOf }>('../doctor/findings.js');

type Data = Parameters<typeof findingsOf>[0];

const step: StepSpeed = {
  ...({ model: 'MLP', description: '', batch: 128, fullBatch: true, mode: 'graph' } as const),
  ...{ ms: 4, runs: 9, firstMs: 90, flops: 1e8, limitMs: 1, ratio: 4 },
};

const fine: Data = {
  versions: { gradoscope: '0.1.0', node: '20.20.2', tfjs: '4.22.0', tensorflow: '2.21.0', platform: 'Linux' },
  backend: { name: 'native', reason: 'It is set up.' },
  processor: { model: 'P', logical: 8, allowed: 8, threads: 8, features: ['avx2', 'fma'], load: 0 },
  memory: { total: 16e9, available: 8e9 },
  accelerators: { visible: false, used: false },
  cache: {
    ...{ folder: '/c', bytes: 6e8, free: 9e9, older: [] },
    builds: { cpu: { state: 'ready' }, gpu: { state: 'not-provisioned', problem: 'not there' } },
  },
  copies: { loaded: [{ folder: '/a', version: '4.22.0' }] },
  speed: { matMul: { size: 2048, gflops: 100, runs: 9 }, copyGBps: 8, steps: [step], seconds: 8 },
};
const missing = { ...fine.cache, builds: { ...fine.cache.builds, cpu: { state: 'not-provisioned' } } };
const damaged = {
  ...fine.cache,
  builds: { ...fine.cache.builds, cpu: { state: 'damaged', problem: 'It is torn.' } },
};
const ready = { ...fine.cache, builds: { cpu: { state: 'ready' }, gpu: { state: 'ready' } } };
const wasm = { name: 'wasm', reason: 'because', simd: true } as const;
const visible = { visible: true, used: false };

describe('findings', () => {
  it('are none where all is well', () => {
    expect(findingsOf(fine)).toEqual([]);
  });

  it.each<[string, Partial<Omit<ReportData, 'findings'>>, 'wrong' | 'advice', string, string]>([
    [
      'no backend',
      { backend: { reason: 'It broke.', remedy: 'Mend it.' } },
      'wrong',
      'It broke.',
      'Mend it.',
    ],
    ['damage', { backend: wasm, cache: damaged }, 'wrong', 'It is torn.', 'npx gradoscope native'],
    [
      'two copies',
      { copies: { loaded: [...fine.copies.loaded, { folder: '/b', version: '3.0.0' }] } },
      ...(['wrong', '3.0.0 (/b)', 'Import gradoscope before'] as const),
    ],
    [
      'no native TensorFlow',
      { backend: wasm, cache: missing },
      'advice',
      'has not been set up',
      'npx gradoscope native',
    ],
    [
      'native TensorFlow not asked for',
      { backend: { ...wasm, asked: 'wasm' } },
      ...(['advice', "asks for 'wasm'", 'Unset GRADOSCOPE_BACKEND'] as const),
    ],
    ['no SIMD', { backend: { ...wasm, asked: 'wasm', simd: false } }, 'advice', 'without SIMD', 'SSE4.1'],
    [
      'a full disk',
      { backend: wasm, cache: { ...missing, free: 1e9 } },
      'advice',
      '1.0 GB free',
      'XDG_CACHE_HOME',
    ],
    [
      'a GPU without CUDA',
      { accelerators: visible },
      'advice',
      'it is not used',
      'npx gradoscope native --gpu',
    ],
    [
      'a GPU that TensorFlow refuses',
      { accelerators: visible, cache: ready },
      'advice',
      'does not list it',
      'driver',
    ],
    [
      'a hidden GPU',
      { accelerators: { ...fine.accelerators, nvidia: [{ name: 'G', memory: '8 MiB', driver: '1' }] } },
      ...(['advice', 'CUDA_VISIBLE_DEVICES', 'Show it'] as const),
    ],
    [
      'more threads than the container has time for',
      { processor: { ...fine.processor, limit: 1.5 } },
      ...(['advice', '8 threads', 'TF_NUM_INTRAOP_THREADS=2'] as const),
    ],
    [
      'fewer threads than processors',
      { processor: { ...fine.processor, threads: 1 } },
      'advice',
      '1 of 8',
      'Unset',
    ],
    [
      'fewer processors than the machine has',
      { processor: { ...fine.processor, allowed: 2, threads: 2 } },
      ...(['advice', "2 of the machine's 8", 'taskset'] as const),
    ],
    [
      'little memory',
      { memory: { total: 16e9, available: 1e9 } },
      'advice',
      '1.0 GB of memory',
      'smaller batches',
    ],
    ['a small container', { memory: { ...fine.memory, limit: 5e8 } }, 'advice', '0.5 GB', 'smaller batches'],
    [
      "a project's own copy",
      { copies: { ...fine.copies, unused: { folder: '/p', version: '3.9.0' } } },
      ...(['advice', '3.9.0 (/p) is not used; 4.22.0 is', 'npm install'] as const),
    ],
    [
      'leftovers',
      { cache: { ...fine.cache, older: ['/c/n/tensorflow-1'] } },
      'advice',
      'a folder',
      'In /c/n, remove tensorflow-1',
    ],
    [
      'a slow step',
      { speed: { ...(fine.speed as NonNullable<Data['speed']>), steps: [{ ...step, ms: 20, ratio: 20 }] } },
      ...(['advice', '20.0 times its limit; 4 is usual', 'TF_NUM_INTRAOP_THREADS'] as const),
    ],
  ])('name %s', (_, changed, level, text, remedy) => {
    const found = findingsOf({ ...fine, ...changed });
    const match = {
      level,
      text: expect.stringContaining(text) as string,
      remedy: expect.stringContaining(remedy) as string,
    };
    expect(found).toContainEqual(expect.objectContaining(match));
  });

  it.runIf(process.platform === 'linux')('name a busy machine, and then do not blame the step', () => {
    const speed = { ...(fine.speed as NonNullable<Data['speed']>), steps: [{ ...step, ratio: 20 }] };
    const found = findingsOf({ ...fine, speed, processor: { ...fine.processor, load: 12 } });
    expect(found.map(({ text }) => text)).toContainEqual(expect.stringContaining('12.0 processes'));
    expect(found.at(-1)?.remedy).toContain('less busy');
  });
});
