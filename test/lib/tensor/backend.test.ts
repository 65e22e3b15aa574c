import { describe, expect, it } from 'vitest';
import { inNode, nativeIsHere } from './support/child.js';

const describeBackend = `
  const { tf, name, native, reason, howToGetNative } = await room.loadTensorFlow();
  const a = tf.tensor2d([[1, 2], [3, 4]]);
  return { name, native, reason, howToGetNative, product: [...a.matMul(a).dataSync()], node: typeof tf.node?.encodePng };`;

interface Described {
  name: string;
  native: boolean;
  reason: string;
  howToGetNative?: string;
  product: number[];
  node: string;
}

const nowhere = { XDG_CACHE_HOME: '/nowhere' };

describe('loadTensorFlow', () => {
  it.skipIf(!nativeIsHere)('takes native TensorFlow when it is set up, and is silent', () => {
    const { value, stdout, stderr } = inNode<Described>(describeBackend);
    expect(value).toMatchObject({ name: 'native', native: true, product: [7, 10, 15, 22], node: 'function' });
    expect(value.reason).toContain('2.21.0');
    expect(value.howToGetNative).toBeUndefined();
    expect(stdout + stderr).toBe('');
  });

  it.skipIf(!nativeIsHere)('is silent later too, when XLA compiles', () => {
    const code = `const { tf } = await room.loadTensorFlow();
      const v = tf.variable(tf.ones([3]));
      const step = room.compileStep((x) => (v.assign(v.add(x)), v.sum()), { xla: true });
      return [step.run(tf.ones([3]))[0].dataSync()[0], step.mode];`;
    const { value, stdout, stderr } = inNode(code);
    expect(value).toEqual([6, 'xla']);
    expect(stdout + stderr).toBe('');
  });

  it.skipIf(!nativeIsHere)("is loud without what holds TensorFlow's log lines back", () => {
    const loud = `const file = dist + '/native/stderr.js'; require(file);
      require.cache[file].exports = { holdStderr: () => () => undefined, quietTensorFlow: () => undefined };`;
    expect(inNode(loud + describeBackend).stderr).toMatch(/oneDNN|absl::InitializeLog|CPU instructions/);
  });

  it.each(['wasm', 'cpu'])('takes %s when it is asked for, and is silent', (name) => {
    const { value, stdout, stderr } = inNode<Described>(describeBackend, { GRADOSCOPE_BACKEND: name });
    expect(value).toMatchObject({ name, native: false, product: [7, 10, 15, 22], node: 'undefined' });
    expect(value.reason).toContain('asked for');
    expect(stdout + stderr).toBe('');
  });

  it('falls back to WebAssembly with SIMD, and says why and how to get native TensorFlow', () => {
    const code = `const { tf, ...rest } = await room.loadTensorFlow();
      return { ...rest, simd: await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'), backend: tf.getBackend() };`;
    const { value } = inNode<Described & { simd: boolean; backend: string }>(code, nowhere);
    expect(value).toMatchObject({ name: 'wasm', native: false, simd: true, backend: 'wasm' });
    expect(value.reason).toContain('has not been set up');
    expect(value.howToGetNative).toContain('npx gradoscope native');
  });

  it('fails when native TensorFlow is asked for and is not there', () => {
    const { error } = inNode('await room.loadTensorFlow()', { ...nowhere, GRADOSCOPE_BACKEND: 'native' });
    expect(error).toMatchObject({
      name: 'NativeError',
      code: 'not-provisioned',
      remedy: 'npx gradoscope native',
    });
  });

  it('fails when a GPU is asked for and there is none', () => {
    const { error } = inNode('await room.loadTensorFlow()', { ...nowhere, GRADOSCOPE_BACKEND: 'gpu' });
    expect(error).toMatchObject({ name: 'NativeError', message: expect.stringContaining('TensorFlow') });
    expect(error?.remedy).toBeTruthy();
  });

  it('names an unknown backend, and those that are allowed', () => {
    const { error } = inNode('await room.loadTensorFlow()', { GRADOSCOPE_BACKEND: 'tpu' });
    expect(error).toMatchObject({ name: 'RangeError' });
    expect(error?.message).toBe(
      "The environment variable GRADOSCOPE_BACKEND is 'tpu'; allowed are 'gpu', 'native', 'wasm', 'cpu'.",
    );
  });

  it('loads once: a later call gives the same, and cannot change the backend', () => {
    const code = `const first = await room.loadTensorFlow({ backend: 'cpu' });
      const same = (await room.loadTensorFlow()) === first && room.backend() === first;
      const refused = await room.loadTensorFlow({ backend: 'wasm' }).catch((error) => error.message);
      return { same, refused };`;
    const { value } = inNode<{ same: boolean; refused: string }>(code);
    expect(value.same).toBe(true);
    expect(value.refused).toContain("already computes with 'cpu'");
  });

  it('can be called again after a failure', () => {
    const code = `const failed = await room.loadTensorFlow({ backend: 'native' }).catch((error) => error.code);
      return [failed, (await room.loadTensorFlow({ backend: 'wasm' })).name];`;
    expect(inNode(code, nowhere).value).toEqual(['not-provisioned', 'wasm']);
  });
});
