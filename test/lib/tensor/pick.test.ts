import { describe, expect, it } from 'vitest';
import type { pick as Pick, settle as Settle } from '../../../lib/dist/tensor/pick.js';
import type { gpuIsVisible as Visible } from '../../../lib/dist/tensor/native/capabilities.js';
import type { NativeError as NativeErrorClass } from '../../../lib/dist/tensor/native/errors.js';
import { requireBuilt } from './support/child.js';

const { pick, settle } = requireBuilt<{ pick: typeof Pick; settle: typeof Settle }>('pick.js');
const { gpuIsVisible } = requireBuilt<{ gpuIsVisible: typeof Visible }>('native/capabilities.js');
const { NativeError } = requireBuilt<{ NativeError: typeof NativeErrorClass }>('native/errors.js');

const missing = {
  cpu: new NativeError('not-provisioned', 'the build for the processor is missing', 'provide it'),
  gpu: new NativeError('damaged', 'the build with CUDA is damaged', 'repair it'),
};
const machine = (builds: readonly ('cpu' | 'gpu')[], gpu: boolean) => ({
  builds: {
    cpu: builds.includes('cpu') ? undefined : missing.cpu,
    gpu: builds.includes('gpu') ? undefined : missing.gpu,
  },
  gpu,
});

describe('pick', () => {
  it.each([
    // asked, builds, is there a GPU → build, is the GPU hidden
    [undefined, ['cpu', 'gpu'], true, 'gpu', false],
    [undefined, ['cpu', 'gpu'], false, 'cpu', false],
    [undefined, ['gpu'], true, 'gpu', false],
    [undefined, ['gpu'], false, 'gpu', false],
    [undefined, ['cpu'], true, 'cpu', false],
    ['native', ['cpu', 'gpu'], true, 'cpu', false],
    ['native', ['gpu'], true, 'gpu', true],
    ['gpu', ['cpu', 'gpu'], true, 'gpu', false],
    ['gpu', ['gpu'], false, 'gpu', false], // TensorFlow has the last word
  ] as const)('%s of builds %j, GPU %s: %s', (asked, builds, gpu, build, hideGpu) => {
    expect(pick(asked, machine(builds, gpu))).toEqual({ build, hideGpu });
  });

  it('says why there is no native TensorFlow, when none was asked for', () => {
    expect(pick(undefined, machine([], true))).toEqual({ build: undefined, why: missing.cpu });
  });

  it('fails with what is wrong with the build that was asked for', () => {
    expect(() => pick('gpu', machine(['cpu'], true))).toThrow(missing.gpu);
    expect(() => pick('gpu', machine([], true))).toThrow(missing.gpu);
    expect(() => pick('native', machine([], true))).toThrow(missing.cpu);
  });
});

describe('settle', () => {
  const loaded = { build: 'gpu', hideGpu: false, version: '2.21.0', usesGpu: true } as const;

  it.each([
    [undefined, {}, 'gpu', 'Native TensorFlow 2.21.0 with CUDA is set up and lists a GPU.'],
    ['gpu', {}, 'gpu', 'Native TensorFlow 2.21.0 with CUDA is set up and lists a GPU.'],
    [
      undefined,
      { usesGpu: false },
      'native',
      'Native TensorFlow 2.21.0 with CUDA is set up; it lists no GPU, so it computes on the processor.',
    ],
    [
      'native',
      { usesGpu: false, hideGpu: true },
      'native',
      "Native TensorFlow 2.21.0 with CUDA is set up; 'native' was asked for, so it computes on the processor.",
    ],
    [undefined, { usesGpu: false, build: 'cpu' }, 'native', 'Native TensorFlow 2.21.0 is set up.'],
  ] as const)('%s, %j: %s', (asked, changed, name, reason) => {
    expect(settle(asked, { ...loaded, ...changed })).toEqual({ name, reason });
  });

  it('fails with a remedy when a GPU was asked for and TensorFlow lists none', () => {
    const refused = expect(() => settle('gpu', { ...loaded, usesGpu: false }));
    refused.toThrow(
      expect.objectContaining({ code: 'no-gpu', remedy: expect.stringContaining('nvidia-smi') }),
    );
  });
});

describe('gpuIsVisible', () => {
  it.each([
    [{}, ['null', 'nvidia0', 'nvidiactl'], true],
    [{}, ['null', 'dxg'], true],
    [{}, ['null', 'nvidiactl', 'nvidia-uvm'], false], // the driver without a GPU
    [{}, [], false],
    [{ CUDA_VISIBLE_DEVICES: '0,1' }, ['nvidia0', 'nvidia1'], true],
    [{ CUDA_VISIBLE_DEVICES: 'GPU-8932f937' }, ['nvidia0'], true],
    [{ CUDA_VISIBLE_DEVICES: '' }, ['nvidia0'], false],
    [{ CUDA_VISIBLE_DEVICES: '-1' }, ['nvidia0'], false],
  ])('%j with devices %j: %s', (env, devices, visible) => {
    expect(gpuIsVisible(env, devices)).toBe(visible);
  });
});
