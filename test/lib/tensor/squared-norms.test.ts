import { describe, expect, it } from 'vitest';
import { backends, inNode } from './support/child.js';

const compare = `const { tf } = await room.loadTensorFlow();
  const tensors = [
    tf.scalar(-3),
    tf.tensor1d([3, 4]),
    tf.zeros([0, 3]),
    tf.randomNormal([7, 5, 3], 0, 2, 'float32', 1),
    tf.fill([10], 1e15),
    tf.fill([10], 1e-15),
    tf.tensor1d([1, NaN]),
    tf.tensor1d([1, Infinity]),
    tf.fill([4], 1e30),
  ];
  const before = tf.memory().numTensors;
  const result = room.squaredNorms(tensors);
  const after = tf.memory().numTensors;
  const norms = tensors.map((t) => (t.size === 0 ? 0 : tf.norm(t).square().dataSync()[0]));
  const empty = room.squaredNorms([]);
  const shown = (values) => [...values].map(String);
  return { shape: result.shape, dtype: result.dtype, created: after - before, result: shown(result.dataSync()), norms: shown(norms), empty: [empty.shape, empty.dtype] };`;

interface Compared {
  shape: number[];
  dtype: string;
  created: number;
  result: string[];
  norms: string[];
  empty: [number[], string];
}

describe.each(backends)('squaredNorms on %s', (backend) => {
  const env = { GRADOSCOPE_BACKEND: backend };

  it('agrees with tf.norm, keeps the order, and creates one tensor', () => {
    const { value } = inNode<Compared>(compare, env);
    expect(value).toMatchObject({ shape: [9], dtype: 'float32', created: 1, empty: [[0], 'float32'] });
    value.norms.forEach((expected, i) => {
      const norm = Number(expected);
      const actual = Number(value.result[i]);
      if (Number.isFinite(norm)) expect(Math.abs(actual - norm)).toBeLessThanOrEqual(1e-5 * norm);
      else expect(String(actual)).toBe(expected);
    });
    expect(value.result.slice(0, 3)).toEqual(['9', '25', '0']);
  });

  it('refuses other dtypes with the index', () => {
    const code = `const { tf } = await room.loadTensorFlow();
      return room.squaredNorms([tf.scalar(1), tf.scalar(1, 'int32')]);`;
    expect(inNode(code, env).error).toMatchObject({
      name: 'TypeError',
      message: 'squaredNorms: tensors[1] has dtype int32; only float32 is allowed. Use tensor.toFloat().',
    });
  });
});

it('says what to do before TensorFlow.js is loaded', () => {
  expect(inNode('return room.squaredNorms([])').error?.message).toContain('loadTensorFlow()');
});
