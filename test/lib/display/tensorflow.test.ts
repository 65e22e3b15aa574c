import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import { showTensorFlow } from '../../../lib/dist/display/tensorflow.js';

const { tf } = await loadTensorFlow();
showTensorFlow(tf);

const bundle = (value: unknown): Record<string, string> => {
  const method = (value as Record<symbol, (() => Record<string, string>) | undefined>)[
    Symbol.for('Jupyter.display')
  ];
  if (!method) throw new Error('It does not show itself.');
  return method.call(value);
};

test('a tensor is a table of its first values, and nothing is left behind', () => {
  const tensors = [
    tf.tensor2d([1, 2, 0.123456789, NaN], [2, 2]),
    tf.tensor(['<b>', 'x']),
    tf.tensor([true, false]),
    tf.zeros([3, 0]),
    tf.scalar(7),
    tf.range(0, 24).reshape([2, 3, 4]),
  ] as const;
  const before = tf.memory().numTensors;
  const [matrix, text, bool, empty, scalar, cube] = tensors.map(bundle);
  expect(tf.memory().numTensors).toBe(before);
  expect(matrix?.['text/html']).toContain('Tensor float32 [2, 2], 4 values');
  expect(matrix?.['text/html']).toContain('>0.12346<');
  expect(matrix?.['text/html']).toContain('>NaN<');
  expect(text?.['text/html']).toContain('>&lt;b&gt;<');
  expect(bool?.['text/html']).toMatch(/>true<.*>false</);
  expect(Object.keys(empty ?? {})).toEqual(['text/plain']);
  expect(scalar?.['text/plain']).toContain('7');
  expect(cube?.['text/html']).toContain('24 values, the matrix at [0, :, :]');
  expect(cube?.['text/html']).not.toContain('>12<');
  tf.dispose([...tensors]);
  expect(bundle(tensors[0])).toEqual({ 'text/plain': 'Tensor (disposed) [2, 2]' });
});

test('of a large tensor only the first values leave the device', () => {
  const large = tf.ones([1200, 1100]);
  const read = large.dataSync.bind(large);
  let whole = 0;
  large.dataSync = ((...args: []) => {
    whole += 1;
    return read(...args);
  }) as typeof large.dataSync;
  const shown = bundle(large);
  expect(whole).toBe(0);
  expect(shown['text/html']?.match(/<tr>/g)).toHaveLength(11);
  expect(shown['text/plain']).toMatch(
    /^Tensor float32 \[1200, 1100\], 1320000 values, the first:\n {2}\[1, 1,/,
  );
  expect(inspect(large).length).toBeLessThan(400);
  large.dispose();
});

test('a model is a table of its layers', () => {
  const name = '<img src=x onerror=alert(1)>';
  const model = tf.sequential({
    name,
    layers: [
      tf.layers.dense({ units: 3, inputShape: [2], name: 'first', trainable: false }),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const shown = bundle(model);
  expect(shown['text/html']).not.toContain('<img');
  expect(shown['text/plain']?.split('\n')[3]).toMatch(/^first +Dense +\[batch, 3\] +9$/);
  expect(shown['text/plain']).toMatch(/13 parameters, 4 trainable, 9 not$/);
  expect(bundle(tf.sequential())['text/plain']).toMatch(/no layers yet$/);
  const inputs = [tf.input({ shape: [4] }), tf.input({ shape: [5] })];
  const layer = tf.layers.reLU({ name: 'both' });
  const twice = tf.model({ inputs, outputs: inputs.map((input) => layer.apply(input) as typeof input) });
  expect(bundle(twice)['text/plain']).toMatch(/InputLayer +\[batch, 4\][^]*both +ReLU +several +0/);
  model.dispose();
  twice.dispose();
});
