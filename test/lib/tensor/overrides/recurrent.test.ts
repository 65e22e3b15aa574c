import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compileStep, loadTensorFlow, withStockKernels } from '../../../../lib/dist/tensor/index.js';

const { native, reason } = await loadTensorFlow();

/** From 1 to beyond a vector of the processor, beyond a panel of columns, and beyond the rows for two processors. */
const settings = fc.record({
  batch: fc.integer({ min: 1, max: 20 }),
  // The stock layers cannot be trained on one step.
  steps: fc.integer({ min: 2, max: 4 }),
  features: fc.integer({ min: 1, max: 4 }),
  units: fc.integer({ min: 1, max: 19 }),
  recurrentActivation: fc.constantFrom('sigmoid' as const, 'hardSigmoid' as const),
  returnSequences: fc.boolean(),
  returnState: fc.boolean(),
  goBackwards: fc.boolean(),
  useBias: fc.boolean(),
  initial: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});
type Settings = typeof settings extends fc.Arbitrary<infer S> ? S : never;

const KINDS = { lstm: 2, gru: 1 } as const;
const normal = (shape: number[], seed: number, scale = 1): tf.Tensor =>
  tf.randomNormal(shape, 0, scale, 'float32', seed);

/** Outputs, and gradients of a weighted sum of them: of inputs, initial states and weights. */
function evaluate(kind: keyof typeof KINDS, s: Settings): number[][] {
  return tf.tidy(() => {
    const { units, recurrentActivation, returnSequences, returnState, goBackwards, useBias } = s;
    const layer = tf.layers[kind]({
      units,
      recurrentActivation,
      returnSequences,
      returnState,
      goBackwards,
      useBias,
    });
    const x = normal([s.batch, s.steps, s.features], s.seed);
    const states = Array.from({ length: KINDS[kind] }, (_, i) => normal([s.batch, units], s.seed + 1 + i));
    layer.apply(x);
    layer.setWeights(layer.getWeights().map((w, i) => normal(w.shape, s.seed + 5 + i, 0.7)));
    const run = (input: tf.Tensor, initial: tf.Tensor[]): tf.Tensor[] => {
      const made = s.initial ? layer.apply(input, { initialState: initial }) : layer.apply(input);
      return (Array.isArray(made) ? made : [made]) as tf.Tensor[];
    };
    const weigh = (outputs: tf.Tensor[]): tf.Scalar =>
      tf.addN(outputs.map((y, i) => tf.sum(tf.mul(y, normal(y.shape, 90 + i))) as tf.Tensor)) as tf.Scalar;
    const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.variableGrads(() => weigh(run(x, states)), variables);
    const inputs = tf.grads((input, ...initial) => weigh(run(input, initial)))(
      s.initial ? [x, ...states] : [x],
    );
    const results = [
      value,
      ...run(x, states),
      ...inputs,
      ...variables.map((v) => grads[v.name] as tf.Tensor),
    ];
    const numbers = results.map((tensor) => [...tensor.dataSync()]);
    layer.dispose();
    return numbers;
  });
}

describe.skipIf(!native)(`recurrent layers as operations of our own (${reason})`, () => {
  it.each(['lstm', 'gru'] as const)('%s: outputs and gradients are those of the stock layer', (kind) => {
    fc.assert(
      fc.property(settings, (s) => {
        const before = tf.memory().numTensors;
        const own = evaluate(kind, s);
        expect(tf.memory().numTensors).toBe(before);
        const stock = withStockKernels(() => evaluate(kind, s));
        expect(own.map(({ length }) => length)).toEqual(stock.map(({ length }) => length));
        own.forEach((values, i) => {
          const expected = stock[i] as number[];
          const scale = Math.max(1, ...expected.map(Math.abs));
          values.forEach((value, j) =>
            expect(Math.abs(value - (expected[j] as number)) / scale).toBeLessThan(1e-5),
          );
        });
      }),
      { numRuns: 15 },
    );
  });

  it.each(['lstm', 'gru'] as const)('%s: is two operations for each part of a batch', (kind) => {
    const model = tf.sequential({ layers: [tf.layers[kind]({ units: 8, inputShape: [30, 4] })] });
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const optimizer = tf.train.sgd(0.1);
    const step = compileStep(
      (x) =>
        optimizer.minimize(
          () => tf.mean(tf.square(model.apply(x as tf.Tensor) as tf.Tensor)),
          true,
          variables,
        ) as tf.Tensor,
      { maxOperations: 250 },
    );
    const x = normal([16, 30, 4], 3);
    step.run(x).forEach((loss) => loss.dispose());
    expect(step.reason).toBeUndefined();
    expect(step.mode).toBe('graph');
    step.dispose();
    x.dispose();
    model.dispose();
  });

  it('a stateful layer goes on from its last states', () => {
    const [own, stock] = [() => stateful(), () => withStockKernels(stateful)].map((f) => f()) as [
      number[],
      number[],
    ];
    own.forEach((value, i) => expect(value).toBeCloseTo(stock[i] as number, 5));
  });

  it.each(['lstm', 'gru'] as const)('%s: gradients of gradients are those of the stock layer', (kind) => {
    const second = (): number[] =>
      tf.tidy(() => {
        // The hard sigmoid has no second derivative in TensorFlow.js.
        const layer = tf.layers[kind]({ units: 3, recurrentActivation: 'sigmoid' });
        const x = normal([2, 3, 2], 1);
        layer.apply(x);
        layer.setWeights(layer.getWeights().map((w, i) => normal(w.shape, 5 + i)));
        const inner = tf.grad((input) => tf.sum(tf.square(layer.apply(input) as tf.Tensor)));
        const values = tf
          .grad((input) => tf.sum(tf.square(inner(input))))(x)
          .dataSync();
        layer.dispose();
        return [...values];
      });
    const stock = withStockKernels(second);
    second().forEach((value, i) => expect(value).toBeCloseTo(stock[i] as number, 4));
    expect(Math.max(...stock.map(Math.abs))).toBeGreaterThan(0.01);
  });
});

function stateful(): number[] {
  return tf.tidy(() => {
    const layer = tf.layers.lstm({ units: 4, stateful: true, batchInputShape: [2, 3, 2] });
    const model = tf.sequential({ layers: [layer] });
    layer.setWeights(layer.getWeights().map((w, i) => normal(w.shape, 5 + i)));
    const values = [1, 2].flatMap((seed) => [
      ...(model.predict(normal([2, 3, 2], seed)) as tf.Tensor).dataSync(),
    ]);
    layer.resetStates();
    model.dispose();
    return values;
  });
}
