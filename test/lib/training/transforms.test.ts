import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { Trainer, type Callback, type TrainerOptions } from '../../../lib/dist/training/index.js';
import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import type { Run } from '../../../lib/dist/training/run.js';
import { clouds, quiet } from './suite.js';

const { native, reason } = await loadTensorFlow();

const init = (seed: number): object => ({
  kernelInitializer: tf.initializers.glorotUniform({ seed }),
  recurrentInitializer: tf.initializers.glorotUniform({ seed: seed + 10 }),
});
const dense = (units: number, seed: number, more: object = {}): tf.layers.Layer =>
  tf.layers.dense({ units, ...init(seed), ...more });
const MODELS = {
  mlp: () => [dense(8, 1, { activation: 'relu', inputShape: [2] }), dense(2, 2, { activation: 'softmax' })],
  dropout: () => [
    dense(8, 3, { activation: 'tanh', inputShape: [2] }),
    tf.layers.dropout({ rate: 0.3 }),
    dense(2, 4, { activation: 'softmax' }),
  ],
  'batch-norm': () => [
    dense(6, 5, { inputShape: [2] }),
    tf.layers.batchNormalization(),
    dense(2, 6, { activation: 'softmax' }),
  ],
  lstm: () => [
    tf.layers.reshape({ inputShape: [2], targetShape: [2, 1] }),
    tf.layers.lstm({ units: 4, ...init(7) }),
    dense(2, 8, { activation: 'softmax' }),
  ],
} satisfies Record<string, () => tf.layers.Layer[]>;

interface Trained {
  readonly run: Run;
  readonly weights: readonly number[];
  readonly iterations: number;
}

/** Trains a model of its own; the training begins at once. */
async function train(
  options: Partial<TrainerOptions>,
  kind: keyof typeof MODELS = 'mlp',
  batchSize = 32,
): Promise<Trained> {
  const model = tf.sequential({ layers: MODELS[kind]() });
  const optimizer = tf.train.adam(0.02);
  const trainer = new Trainer({ model, loss: 'sparseCategoricalCrossentropy', optimizer, ...options });
  const run = await trainer.start(clouds(128), { epochs: 4, batchSize }).done;
  const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  const { iterations } = optimizer;
  trainer.dispose();
  optimizer.dispose();
  model.dispose();
  return { run, weights, iterations };
}

const column = ({ run }: Trained, name: string): readonly number[] => [
  ...(run.record.series.get(name)?.values() ?? []),
];
const mode = ({ run }: Trained): unknown => run.record.header.environment['mode'];

type Transform = NonNullable<Callback['transform']>;
const CLIPS: Record<string, Transform> = {
  'by value': (gradients) => gradients.map((gradient) => tf.clipByValue(gradient, -0.01, 0.01)),
  'by norm': (gradients) =>
    gradients.map((gradient) => {
      const norm = tf.sqrt(tf.sum(tf.square(gradient)));
      return tf.mul(gradient, tf.div(0.05, tf.maximum(norm, 0.05)));
    }),
  'by the global norm': (gradients) => {
    const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
    return gradients.map((gradient) => tf.mul(gradient, tf.div(0.05, tf.maximum(norm, 0.05))));
  },
};

/** The mean of the gradients of `steps` steps, applied in the last of them. */
class Accumulate implements Callback {
  #sums: tf.Variable[] = [];

  constructor(private readonly steps: number) {}

  phase(step: number): string {
    return step % this.steps < this.steps - 1 ? 'gather' : 'apply';
  }

  readonly transform: Transform = (gradients, { phase }) => {
    if (this.#sums.length === 0)
      this.#sums = gradients.map((gradient) => tf.variable(tf.zerosLike(gradient), false));
    const sums = gradients.map((gradient, i) => tf.add(this.#sums[i] as tf.Variable, gradient));
    const keep = phase === 'gather';
    this.#sums.forEach((sum, i) => sum.assign(keep ? (sums[i] as tf.Tensor) : tf.zerosLike(sum)));
    return keep ? undefined : sums.map((sum) => tf.div(sum, this.steps));
  };

  onTrainEnd(): void {
    tf.dispose(this.#sums);
    this.#sums = [];
  }
}

describe.skipIf(!native)(`gradient transforms in the compiled step (${reason})`, () => {
  beforeAll(() => quiet());

  /** Trains compiled and not; both have the same bits. */
  async function both(callback: () => Callback, batchSize = 32): Promise<Trained> {
    const before = tf.memory().numTensors;
    const compiled = await train({ callbacks: [callback()] }, 'mlp', batchSize);
    const eager = await train({ callbacks: [callback()], compile: false }, 'mlp', batchSize);
    expect(tf.memory().numTensors).toBe(before);
    expect([mode(compiled), mode(eager)]).toEqual(['graph', 'eager']);
    for (const name of ['batch_loss', 'gradient_norm', 'global_gradient_norm'])
      expect(column(compiled, name)).toEqual(column(eager, name));
    expect(compiled.weights).toEqual(eager.weights);
    expect(compiled.iterations).toBe(eager.iterations);
    return compiled;
  }

  it.each(Object.keys(CLIPS))(
    'clip %s, to the bits of the eager step; instruments see what came',
    async (name) => {
      const clipped = await both(() => ({ transform: CLIPS[name] as Transform }));
      const plain = await train({});
      expect(clipped.weights).not.toEqual(plain.weights);
      expect(column(clipped, 'global_gradient_norm')[0]).toBe(column(plain, 'global_gradient_norm')[0]);
    },
  );

  it('gather the gradients of several steps in variables of their own and apply them in the last', async () => {
    const gathered = await both(() => new Accumulate(4), 8);
    expect(gathered.run.record.series.get('batch_loss')?.length).toBe(64);
    const whole = await train({}, 'mlp', 32);
    expect(gathered.iterations).toBe(whole.iterations);
    gathered.weights.forEach((weight, i) => expect(weight).toBeCloseTo(whole.weights[i] as number, 4));
  });

  it('leave the weights as they are in a step without an update', async () => {
    const [one, more] = [
      await train({ learningRate: 0.5, callbacks: [new Accumulate(1000)] }),
      await train({ learningRate: 0.5, callbacks: [{ transform: () => undefined }] }),
    ];
    expect(one.weights).toEqual(more.weights);
    expect([mode(one), mode(more)]).toEqual(['graph', 'graph']);
  });

  it('with too many phases run operation by operation in the later ones, and the record says so', async () => {
    const callback = (): Callback => ({ phase: String, transform: (gradients) => gradients });
    const [compiled, eager] = [
      await train({ callbacks: [callback()] }),
      await train({ callbacks: [callback()], compile: false }),
    ];
    expect(compiled.run.record.series.get('eager')?.texts()).toEqual([
      expect.stringMatching(/more than 8 phases/),
    ]);
    expect(compiled.weights).toEqual(eager.weights);
  });

  it('refuse a phase that is not a text', async () => {
    const callback = { name: 'mine', phase: () => 3 as never, transform: CLIPS['by value'] as Transform };
    await expect(train({ callbacks: [callback] })).rejects.toThrow(/mine\.phase\(0\).*3.*text/);
  });

  it('of several trainers that train at the same time do not meet: each gives the bits that it gives alone', async () => {
    const kinds = Object.keys(MODELS) as (keyof typeof MODELS)[];
    const options = (): Partial<TrainerOptions> => ({
      callbacks: [{ transform: CLIPS['by the global norm'] as Transform }],
    });
    const alone: Trained[] = [];
    for (const kind of kinds) alone.push(await train(options(), kind));
    const order: string[] = [];
    const notes = (kind: string): Callback => ({
      onBatchEnd: async () => {
        order.push(kind);
        await new Promise((resolve) => setImmediate(resolve)); // the turn of another
      },
    });
    const together = await Promise.all(
      kinds.map((kind) => train({ callbacks: [...(options().callbacks ?? []), notes(kind)] }, kind)),
    );
    expect(order.filter((kind, i) => kind !== order[i - 1]).length).toBeGreaterThan(2 * kinds.length);
    together.forEach((trained, i) => {
      expect(mode(trained)).toBe('graph');
      expect(column(trained, 'batch_loss')).toEqual(column(alone[i] as Trained, 'batch_loss'));
      expect(trained.weights).toEqual(alone[i]?.weights);
    });
  });
});
