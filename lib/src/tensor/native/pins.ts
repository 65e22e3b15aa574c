import type { Wheel } from './wheel.js';

/** Which TensorFlow: `cpu` computes on the processor alone, `gpu` also on NVIDIA's graphics cards. */
export type Variant = 'cpu' | 'gpu';

export const pythonTags = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'];
export const platforms = (...names: string[]) => names.flatMap((name) => ['--platform', name]);

const version = '2.21.0';

/**
 * The wheels that are taken, by platform. Their sha256 is the one of the file itself, whatever an index says. Nothing of
 * Python's part is used, so that any Python's pip can fetch them.
 */
export const pinnedWheels: Readonly<Record<string, Partial<Record<Variant, Wheel>>>> = {
  'linux x64': {
    cpu: {
      project: 'tensorflow-cpu',
      version,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      bytes: 273_829_956,
      pip: [...pythonTags, ...platforms('manylinux_2_27_x86_64', 'manylinux_2_17_x86_64')],
    },
    gpu: {
      project: 'tensorflow',
      version,
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      bytes: 572_440_367,
      pip: [...pythonTags, ...platforms('manylinux_2_27_x86_64', 'manylinux_2_17_x86_64')],
    },
  },
  'linux arm64': {
    cpu: {
      project: 'tensorflow',
      version,
      sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
      bytes: 281_828_020,
      pip: [...pythonTags, ...platforms('manylinux_2_27_aarch64', 'manylinux_2_17_aarch64')],
    },
  },
  'darwin arm64': {
    cpu: {
      project: 'tensorflow',
      version,
      sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
      bytes: 223_405_849,
      pip: [...pythonTags, ...platforms('macosx_12_0_arm64')],
    },
  },
};

/** Where the set-up has been run; elsewhere it is written from what the wheels contain. */
export const testedPlatforms: readonly string[] = ['linux x64'];
