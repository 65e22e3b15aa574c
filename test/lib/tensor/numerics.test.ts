import os from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  loadTensorFlow,
  numerics,
  numericsDifference,
  type Numerics,
} from '../../../lib/dist/tensor/index.js';
import { inNode, nativeIsHere } from './support/child.js';

const then: Numerics = {
  tfjs: '4.22.0',
  tensorflow: '2.21.0',
  backend: 'native',
  mode: 'graph',
  threads: { intra: 2, inter: 2 },
  oneDnn: true,
  cpu: 'a processor x64',
  simd: 'avx2',
};

describe('what bits depend on', () => {
  beforeAll(async () => void (await loadTensorFlow()));

  it('is the same as itself, also after JSON', () => {
    const now = numerics('graph');
    expect(now).toMatchObject({
      tfjs: '4.22.0',
      mode: 'graph',
      cpu: expect.stringContaining(process.arch) as string,
    });
    expect(numericsDifference(JSON.parse(JSON.stringify(now)), now)).toBeUndefined();
  });

  it('differs by what a sentence names', () => {
    const now = { ...then, tensorflow: '2.18.1', threads: { intra: 4, inter: 2 }, oneDnn: false };
    expect(numericsDifference(then, now)).toBe(
      'Bits may differ: TensorFlow 2.21.0 then, 2.18.1 now; threads within an operation 2 then, 4 now; oneDNN on then, off now.',
    );
    const { mode, ...unknown } = then;
    expect(numericsDifference(unknown, then)).toBe(
      `Bits may differ: mode of the step not noted then, ${mode} now.`,
    );
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'native'],
    ['objects where numbers are', { ...then, threads: { intra: {}, inter: null } }],
  ])('differs from %s', (_, read) => {
    expect(numericsDifference(read, then)).toMatch(/^Bits may differ: .*now\.$/);
  });

  /** TensorFlow's pools: those between operations by their name, those within by how many threads come with them. */
  const count = `
    const { tf } = await room.loadTensorFlow();
    tf.tidy(() => room.compileStep((x) => tf.matMul(x, x)).run(tf.ones([200, 200]))[0].dataSync());
    const names = fs.readdirSync('/proc/self/task').map((id) => fs.readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim());
    return { said: room.numerics().threads, all: names.length, inter: names.filter((name) => name === 'tf_Compute').length };`;
  type Count = { said: { intra: number; inter: number }; all: number; inter: number };
  const counted = (env: NodeJS.ProcessEnv): Count => inNode<Count>(count, env).value;

  it.skipIf(!nativeIsHere || os.platform() !== 'linux')('counts the threads that TensorFlow has', () => {
    const one = counted({ TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' });
    const some = counted({ TF_NUM_INTRAOP_THREADS: '5', TF_NUM_INTEROP_THREADS: '3' });
    const own = counted({ TF_NUM_INTRAOP_THREADS: '', TF_NUM_INTEROP_THREADS: '' });
    expect([one.said, some.said]).toEqual([
      { intra: 1, inter: 1 },
      { intra: 5, inter: 3 },
    ]);
    for (const { said, all, inter } of [one, some, own]) {
      expect(inter).toBe(said.inter);
      expect(all - one.all).toBe(said.intra + said.inter - 2);
    }
  });
});
