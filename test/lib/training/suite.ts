import { beforeAll, describe, expect, it } from 'vitest';

import { EarlyStopping, setStage, Trainer, type Callback } from '../../../lib/dist/training/index.js';
import { OPTIMIZER_NAMES, resolveOptimizer } from '../../../lib/dist/training/optimizers.js';
import { loadTensorFlow, type TensorFlow } from '../../../lib/dist/tensor/index.js';
import type { RunControls, RunOutlet, RunRecord } from '../../../lib/dist/run/index.js';

/** An outlet that shows nothing and lets a test act between steps. */
export const quiet = (onTick: (record: RunRecord, controls: RunControls) => void = () => undefined): void =>
  setStage({
    cellId: () => undefined,
    open: (record, controls): RunOutlet => ({
      enterStep: () => undefined,
      exitStep: () => undefined,
      tick: () => onTick(record, controls),
      flush: () => undefined,
      close: () => undefined,
      represent: () => ({ 'text/plain': record.header.name }),
    }),
  });

/** Two clouds of points, one a class. */
export const clouds = (n: number): { x: number[][]; y: number[] } => {
  const y = Array.from({ length: n }, (_, i) => i % 2);
  return { x: y.map((c, i) => [c * 2 - 1 + Math.sin(i), c * 2 - 1 + Math.cos(i * 1.7)]), y };
};

export function trainerSuite(backendName: string): void {
  let tf: TensorFlow;
  beforeAll(async () => {
    const backend = await loadTensorFlow();
    expect(backend.name).toBe(backendName);
    ({ tf } = backend);
    quiet();
  });

  const mlp = (seed = 1): ReturnType<TensorFlow['sequential']> =>
    tf.sequential({
      layers: [
        tf.layers.dense({
          units: 8,
          activation: 'relu',
          inputShape: [2],
          kernelInitializer: tf.initializers.glorotUniform({ seed }),
        }),
        tf.layers.dense({
          units: 2,
          activation: 'softmax',
          kernelInitializer: tf.initializers.glorotUniform({ seed: seed + 1 }),
        }),
      ],
    });
  const options = { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } as const;

  describe(`Trainer on ${backendName}`, () => {
    it('learns, and writes a record of every step and epoch', async () => {
      const model = mlp();
      const trainer = new Trainer({ model, ...options, learningRate: 0.02 });
      const run = await trainer.fit(clouds(100), { epochs: 20, batchSize: 32, validation: clouds(40) });
      expect(run.status).toBe('finished');
      const { history } = run;
      expect(Object.keys(history).sort()).toEqual(['accuracy', 'loss', 'val_accuracy', 'val_loss']);
      expect(history['loss']).toHaveLength(20);
      expect(history['val_accuracy']?.at(-1)).toBeGreaterThan(0.9);
      const norms = run.record.series.get('gradient_norm');
      expect([norms?.count, norms?.spec.labels]).toEqual([80, model.layers.map(({ name }) => name)]);
      expect(run.record.series.get('batch_loss')?.axis('examples').at(-1)).toBe(2000);
      expect(run.record.series.get('batch_loss')?.axis('epoch').at(-1)).toBe(20);
      trainer.dispose();
      model.dispose();
    });

    it('measures the gradient norms that numeric differentiation gives', async () => {
      const model = mlp(3);
      const data = clouds(16);
      const loss = (): number =>
        tf.tidy(() => {
          const p = model.predict(tf.tensor2d(data.x)) as ReturnType<TensorFlow['tensor']>;
          const oneHot = tf.oneHot(tf.tensor1d(data.y, 'int32'), 2);
          return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.log(p)), -1))).dataSync()[0] as number;
        });
      const numeric = model.layers.map((layer) =>
        Math.sqrt(
          layer.getWeights().reduce((sum, weight, w) => {
            const values = weight.dataSync().slice();
            for (let i = 0; i < values.length; i++) {
              const at = (delta: number): number => {
                const moved = values.slice();
                moved[i] = (moved[i] as number) + delta;
                tf.tidy(() =>
                  layer.setWeights(
                    layer.getWeights().map((old, j) => (j === w ? tf.tensor(moved, old.shape) : old)),
                  ),
                );
                return loss();
              };
              sum += ((at(1e-3) - at(-1e-3)) / 2e-3) ** 2;
              at(0);
            }
            return sum;
          }, 0),
        ),
      );
      const trainer = new Trainer({ model, ...options, optimizer: 'sgd', learningRate: 1e-6 });
      const run = await trainer.fit(data, { batchSize: 16, shuffle: false });
      const measured = run.record.series.get('gradient_norm')?.row(0) ?? [];
      numeric.forEach((norm, i) => expect(Math.abs((measured[i] as number) / norm - 1)).toBeLessThan(5e-3));
      trainer.dispose();
      model.dispose();
    });

    it.each(OPTIMIZER_NAMES)(
      'leaks no tensor with %s: 1 step and 2,000 leave as many, dispose as many as before',
      { timeout: 120_000 },
      async (optimizer) => {
        const model = mlp();
        const before = tf.memory().numTensors;
        const after: number[] = [];
        for (const epochs of [1, optimizer === 'adam' ? 2000 : 100]) {
          const trainer = new Trainer({
            model,
            ...options,
            optimizer,
            callbacks: [new EarlyStopping({ patience: 1e6 })],
          });
          await trainer.fit(clouds(8), { epochs, batchSize: 8, validation: clouds(8) });
          after.push(tf.memory().numTensors);
          trainer.dispose();
          expect(tf.memory().numTensors).toBe(before);
        }
        expect(after[0]).toBe(after[1]);
        model.dispose();
      },
    );

    it("leaves a caller's own optimizer as it came", async () => {
      const model = mlp();
      const optimizer = tf.train.adam(0.01);
      const config = JSON.stringify(optimizer.getConfig());
      const before = tf.memory().numTensors;
      const finals: number[] = [];
      for (let i = 0; i < 2; i++) {
        const weights = mlp(5);
        const trainer = new Trainer({ model: weights, ...options, optimizer });
        const run = await trainer.fit(clouds(32), { epochs: 3, shuffle: false });
        finals.push(run.history['loss']?.at(-1) as number);
        trainer.dispose();
        weights.dispose();
      }
      expect(finals[0]).toBe(finals[1]); // no moments carried over
      expect(tf.memory().numTensors).toBe(before);
      expect(JSON.stringify(optimizer.getConfig())).toBe(config);
      optimizer.dispose();
      model.dispose();
    });

    it('sets the learning rate of every optimizer so that it takes effect', () => {
      for (const name of OPTIMIZER_NAMES) {
        const moved = [1, 10].map((factor) => {
          const resolved = resolveOptimizer(name, 0.01);
          const variable = tf.variable(tf.scalar(1));
          resolved.learningRate = 0.01 * factor;
          resolved.optimizer.applyGradients([{ name: variable.name, tensor: tf.scalar(1) }]);
          const delta = 1 - (variable.dataSync()[0] as number);
          resolved.dispose();
          variable.dispose();
          return delta;
        });
        expect((moved[1] as number) / (moved[0] as number), name).toBeCloseTo(10, 1);
      }
    });

    it('is repeatable: the same seed gives the same losses, another one others', async () => {
      const losses: string[] = [];
      for (const seed of [7, 7, 8]) {
        const model = mlp();
        const trainer = new Trainer({ model, ...options, seed });
        const run = await trainer.fit(clouds(64), { epochs: 2, batchSize: 8 });
        losses.push(JSON.stringify([...(run.record.series.get('batch_loss')?.values() ?? [])]));
        trainer.dispose();
        model.dispose();
      }
      expect(losses[0]).toBe(losses[1]);
      expect(losses[0]).not.toBe(losses[2]);
    });

    it('evaluates and predicts as the model does, batch by batch, without a leak', async () => {
      const model = mlp();
      const trainer = new Trainer({ model, ...options });
      const before = tf.memory().numTensors;
      const data = clouds(10);
      const predicted = await trainer.predict(data.x, { batchSize: 3 });
      const direct = tf.tidy(() =>
        (model.predict(tf.tensor2d(data.x)) as ReturnType<TensorFlow['tensor']>).dataSync(),
      );
      expect(predicted.shape).toEqual([10, 2]);
      predicted.data.forEach((value, i) => expect(value).toBeCloseTo(direct[i] as number, 5));
      const whole = await trainer.evaluate(data);
      const pieces = await trainer.evaluate(data, { batchSize: 3 });
      expect(pieces['loss']).toBeCloseTo(whole['loss'] as number, 5);
      expect(pieces['accuracy']).toBeCloseTo(whole['accuracy'] as number, 6);
      expect(tf.memory().numTensors).toBe(before);
      trainer.dispose();
      model.dispose();
    });

    it('puts the weights of the best epoch back', async () => {
      const model = mlp();
      const stopping = new EarlyStopping({ patience: 3 });
      const trainer = new Trainer({ model, ...options, callbacks: [stopping], learningRate: 0.3 });
      const best: { epoch: number; loss: number }[] = [];
      const watch: Callback = {
        onEpochEnd: (epoch, logs) => void best.push({ epoch, loss: logs['val_loss'] as number }),
      };
      const validation = clouds(40);
      const run = await trainer.fit(clouds(60), { epochs: 60, batchSize: 8, validation, callbacks: [watch] });
      const lowest = best.reduce((a, b) => (b.loss < a.loss ? b : a));
      expect([run.status, stopping.bestEpoch]).toEqual(['stopped', lowest.epoch]);
      expect(run.reason).toMatch(/early stopping: val_loss did not improve for 3 epochs/);
      expect((await trainer.evaluate(validation))['loss']).toBeCloseTo(lowest.loss, 6);
      expect(run.record.series.get('restored_weights')?.texts()[0]).toContain(`epoch ${lowest.epoch + 1}`);
      trainer.dispose();
      model.dispose();
    });

    it('writes NaN and infinities as they are', async () => {
      const model = mlp();
      const trainer = new Trainer({ model, ...options, optimizer: 'sgd', learningRate: 1e30 });
      const run = await trainer.fit(clouds(8), { epochs: 8, batchSize: 8 });
      const norms = [...(run.record.series.get('global_gradient_norm')?.values() ?? [])];
      expect(norms.some((norm) => !Number.isFinite(norm))).toBe(true);
      trainer.dispose();
      model.dispose();
    });

    it.each(['meanSquaredError', 'meanAbsoluteError', 'binaryCrossentropy'] as const)(
      'takes targets [n] and [n, 1] alike for %s',
      async (loss) => {
        const values: number[][] = [];
        for (const column of [false, true]) {
          const kernelInitializer = tf.initializers.glorotUniform({ seed: 4 });
          const model = tf.sequential({
            layers: [
              tf.layers.dense({ units: 1, activation: 'sigmoid', inputShape: [2], kernelInitializer }),
            ],
          });
          const { x, y } = clouds(8);
          const data = { x, y: column ? y.map((value) => [value]) : y };
          const metrics = ['meanSquaredError', 'meanAbsoluteError', 'accuracy'] as const;
          const trainer = new Trainer({ model, loss, metrics, optimizer: 'sgd', learningRate: 0.1 });
          const run = await trainer.fit(data, { epochs: 3, batchSize: 4 });
          values.push([...Object.values(run.history).flat(), ...Object.values(await trainer.evaluate(data))]);
          trainer.dispose();
          model.dispose();
        }
        expect(values[0]).toEqual(values[1]);
        expect(values[0]?.every(Number.isFinite)).toBe(true);
      },
    );

    it('leaves no tensor behind when a step throws, and trains after it', async () => {
      const model = mlp();
      const before = tf.memory().numTensors;
      const failing = [
        {
          loss: () => {
            throw new Error('broken loss');
          },
        },
        { metrics: [{ name: 'wide', compute: (_: unknown, p: never) => p }] },
        { callbacks: [{ transform: () => [] }] },
      ] as object[];
      for (const [i, change] of failing.entries()) {
        const trainer = new Trainer({ model, loss: 'sparseCategoricalCrossentropy', ...change });
        const message = [
          /broken loss/,
          /metric wide: got shape \[8, 2\], expected a scalar/,
          /transform: got/,
        ][i];
        await expect(trainer.fit(clouds(8), { batchSize: 8 })).rejects.toThrow(message);
        trainer.dispose();
        expect(tf.memory().numTensors).toBe(before);
      }
      const trainer = new Trainer({ model, ...options });
      expect((await trainer.fit(clouds(8))).status).toBe('finished');
      trainer.dispose();
      model.dispose();
    });

    it('sends gradients through transforms, and measures them before', async () => {
      const start = mlp();
      const weights = start.getWeights().map((weight) => weight.dataSync().slice());
      const frozen: Callback = { transform: (gradients) => gradients.map((gradient) => tf.mul(gradient, 0)) };
      const trainer = new Trainer({ model: start, ...options, optimizer: 'sgd', callbacks: [frozen] });
      const run = await trainer.fit(clouds(8), { batchSize: 8 });
      expect(start.getWeights().map((weight) => weight.dataSync().slice())).toEqual(weights);
      expect(run.record.series.get('global_gradient_norm')?.row(0)[0]).toBeGreaterThan(0);
      trainer.dispose();
      start.dispose();
    });
  });
}
