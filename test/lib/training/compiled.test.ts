import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { Trainer, type Callback, type TrainerOptions } from '../../../lib/dist/training/index.js';
import { loadTensorFlow, numerics, numericsDifference } from '../../../lib/dist/tensor/index.js';
import type { Run } from '../../../lib/dist/training/run.js';
import { clouds, quiet } from './suite.js';

const { native, reason } = await loadTensorFlow();

const init = (seed: number): { kernelInitializer: ReturnType<typeof tf.initializers.glorotUniform> } => ({
  kernelInitializer: tf.initializers.glorotUniform({ seed }),
});

/** A run of a small net; each the same but for the options. */
async function train(
  options: Partial<TrainerOptions>,
  more: tf.layers.Layer[] = [],
): Promise<{ run: Run; weights: number[]; losses: number[]; events: string[] }> {
  const before = tf.memory().numTensors;
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, activation: 'relu', inputShape: [2], ...init(1) }),
      ...more,
      tf.layers.dense({ units: 2, activation: 'softmax', ...init(2) }),
    ],
  });
  const trainer = new Trainer({
    model,
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    learningRate: 0.02,
    ...options,
  });
  const run = await trainer.fit(clouds(100), { epochs: 4, batchSize: 32 });
  const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  trainer.dispose();
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const losses = [...(run.record.series.get('batch_loss')?.values() ?? [])].map(Number);
  const events = [...run.record.series.values()]
    .filter(({ spec }) => spec.kind === 'event')
    .map(({ spec }) => spec.name);
  return { run, weights, losses, events };
}

const dropout = (): tf.layers.Layer[] => [tf.layers.dropout({ rate: 0.5 })];

describe.skipIf(!native)(`a compiled training step (${reason})`, () => {
  beforeAll(() => quiet());

  it.each(['sgd', 'momentum', 'rmsprop', 'adam', 'adamax', 'adagrad', 'adadelta'] as const)(
    'gives what the eager step gives with %s',
    async (optimizer) => {
      const [compiled, eager] = [await train({ optimizer }), await train({ optimizer, compile: false })];
      expect(compiled.events).toEqual(eager.events);
      expect(compiled.losses).toHaveLength(16);
      compiled.losses.forEach((loss, i) => expect(loss).toBeCloseTo(eager.losses[i] as number, 5));
      compiled.weights.forEach((weight, i) => expect(weight).toBeCloseTo(eager.weights[i] as number, 4));
    },
  );

  it.each(['xla', 'auto'] as const)('comes near by %s', async (compile) => {
    const [compiled, eager] = [await train({ compile }), await train({ compile: false })];
    compiled.losses.forEach((loss, i) => expect(loss).toBeCloseTo(eager.losses[i] as number, 4));
  });

  it('is repeated bit by bit with the same seed, also where layers draw random numbers, and not with another', async () => {
    const [one, two, other] = [
      await train({ seed: 5 }, dropout()),
      await train({ seed: 5 }, dropout()),
      await train({ seed: 6 }, dropout()),
    ];
    expect(one.events).not.toContain('eager');
    expect(two.weights).toEqual(one.weights);
    expect(other.weights).not.toEqual(one.weights);
  });

  it('draws the same numbers when it runs operation by operation', async () => {
    const [compiled, eager] = [await train({}, dropout()), await train({ compile: false }, dropout())];
    compiled.losses.forEach((loss, i) => expect(loss).toBeCloseTo(eager.losses[i] as number, 5));
  });

  it('draws other numbers in each step', async () => {
    const seen: string[] = [];
    const drops: Callback = {
      transform: (gradients) => gradients,
      onBatchEnd: (_, logs) => void seen.push(String(logs['loss'])),
    };
    await train({ callbacks: [drops], learningRate: 1e-12 }, dropout());
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('follows a learning rate that changes', async () => {
    const halve = (): Callback => ({
      onBatchEnd: (_, __, context) => {
        context.learningRate /= 2;
      },
    });
    const [compiled, eager] = [
      await train({ callbacks: [halve()], optimizer: 'sgd', learningRate: 0.5 }),
      await train({ callbacks: [halve()], optimizer: 'sgd', learningRate: 0.5, compile: false }),
    ];
    compiled.weights.forEach((weight, i) => expect(weight).toBeCloseTo(eager.weights[i] as number, 5));
  });

  it('runs operation by operation where a transform needs the step, and the record says so', async () => {
    const warm = (): Callback => ({
      transform: (gradients, { step }) =>
        gradients.map((gradient) => tf.mul(gradient, Math.min(1, step / 8))),
    });
    const [compiled, eager] = [
      await train({ callbacks: [warm()] }),
      await train({ callbacks: [warm()], compile: false }),
    ];
    expect(compiled.events).toContain('eager');
    expect(compiled.losses).toEqual(eager.losses);
    expect(compiled.weights).toEqual(eager.weights);
  });

  it.each([
    [true, 'graph'],
    ['xla', 'xla'],
    [false, 'eager'],
  ] as const)(
    'with compile: %s notes in the record that it ran as %s, and on what',
    async (compile, mode) => {
      const { environment } = (await train({ compile })).run.record.header;
      expect(environment).toMatchObject({ backend: 'native', mode, threads: numerics().threads });
      expect(numericsDifference(environment, numerics(mode))).toBeUndefined();
      expect(numericsDifference(environment, numerics())).toMatch(/mode of the step/);
    },
  );

  it('counts its steps in the optimizer as the eager step does', async () => {
    const iterations = async (compile: boolean): Promise<number> => {
      const optimizer = tf.train.adam(0.01);
      await train({ optimizer, compile });
      return optimizer.iterations;
    };
    expect(await iterations(true)).toBe(await iterations(false));
  });

  it('refuses another word', () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const make = (): Trainer => new Trainer({ model, loss: 'meanSquaredError', compile: 'fast' as never });
    expect(make).toThrow(/compile.*"fast".*xla, auto/);
    model.dispose();
  });
});
