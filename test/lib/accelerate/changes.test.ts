import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';

import { OPTIMIZERS } from '../tensor/compiled-models.js';
import {
  both,
  compiled,
  init,
  L,
  mlp,
  native,
  normal,
  oneHot,
  reason,
  run,
  told,
  withStock,
  type Training,
} from './support.js';

type Loss = (y: tf.Tensor, p: tf.Tensor) => tf.Tensor;
type Rated = tf.Optimizer & { learningRate: number; setLearningRate?(rate: number): void };
type Callbacks = (model: tf.LayersModel) => tf.CustomCallbackArgs;

const optimizerOf = (model: tf.LayersModel): Rated => model.optimizer as Rated;
const fit = (model: tf.LayersModel, callbacks?: tf.CustomCallbackArgs, epochs = 4): Promise<tf.History> =>
  model.fit(normal(48, 20), oneHot(48), {
    epochs,
    batchSize: 8,
    shuffle: false,
    verbose: 0,
    ...(callbacks && { callbacks }),
  });

const withCallbacks =
  (callbacks: Callbacks, optimizer = OPTIMIZERS.adam as () => tf.Optimizer): Training =>
  async () => {
    const model = mlp();
    model.compile({ optimizer: optimizer(), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const { history, epoch } = await fit(model, callbacks(model));
    return { model, history: { history, epoch } };
  };

/** What changes between two calls of `fit`. */
const between =
  (change: (model: tf.LayersModel) => void | Promise<void>, make: () => tf.Sequential = mlp): Training =>
  async () => {
    const model = make();
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
    const first = await fit(model);
    await change(model);
    return { model, history: [first.history, (await fit(model)).history] };
  };

const recompile = (model: tf.LayersModel, loss = 'categoricalCrossentropy'): void =>
  model.compile({ optimizer: tf.train.adam(0.01), loss });

/** A loss with a factor that JavaScript holds. */
const factored =
  (when: 'onEpochEnd' | 'onBatchEnd', every: number): Training =>
  async () => {
    let factor = 1;
    let count = 0;
    const loss: Loss = (y, p) => tf.mul(tf.losses.meanSquaredError(y, p), factor);
    const model = mlp();
    model.compile({ optimizer: tf.train.sgd(0.1), loss });
    const history = await fit(model, { [when]: () => void (++count % every === 0 && (factor *= 1.5)) });
    return { model, history: history.history };
  };

const seen: unknown[] = [];

describe.skipIf(!native)(`what changes under accelerated fit (${reason})`, () => {
  afterEach(() => tf.disposeVariables());

  const check = async (training: Training, calls = 8): Promise<void> => {
    const [slow, fast] = await withStock(() => both(training));
    expect(fast).toEqual(slow);
    expect(told).toEqual([]);
    expect(compiled.calls).toBeGreaterThanOrEqual(calls);
  };

  describe.each(['sgd', 'momentum', 'adam', 'adamax'] as const)('the learning rate of %s', (name) => {
    it('by its method', () =>
      check(
        withCallbacks(
          (model) => ({ onEpochEnd: (epoch) => optimizerOf(model).setLearningRate?.(0.1 / (epoch + 2)) }),
          OPTIMIZERS[name],
        ),
      ));

    it('by its property, whether the optimizer looks at it or not', () =>
      check(
        withCallbacks(
          (model) => ({ onBatchEnd: (batch) => void (optimizerOf(model).learningRate = 0.1 / (batch + 2)) }),
          OPTIMIZERS[name],
        ),
      ));

    it('stays what the user has set', async () => {
      await run(async () => {
        const model = mlp();
        model.compile({ optimizer: OPTIMIZERS[name](), loss: 'categoricalCrossentropy' });
        optimizerOf(model).learningRate = 0.3;
        await fit(model);
        expect(optimizerOf(model).learningRate).toBe(0.3);
        return { model };
      });
    });
  });

  it.each<[string, (model: tf.LayersModel) => void | Promise<void>]>([
    ['nothing', () => undefined],
    ['the loss', (model) => recompile(model, 'meanSquaredError')],
    [
      'what is frozen, compiled anew',
      (model) => {
        (model.layers[0] as tf.layers.Layer).trainable = false;
        recompile(model);
      },
    ],
    ['what is frozen', (model) => void ((model.layers[0] as tf.layers.Layer).trainable = false)],
    ['the optimizer', (model) => void (model.optimizer = tf.train.sgd(0.1))],
    ['an optimizer’s setting', (model) => Object.assign(model.optimizer, { beta1: 0.5 })],
    ['the weights', (model) => model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 0.5)))],
    [
      'the optimizer’s weights',
      async (model) => {
        const weights = await model.optimizer.getWeights();
        await model.optimizer.setWeights(
          weights.map(({ name, tensor }, i) => ({
            name,
            tensor: i === 0 ? tensor.clone() : tf.mul(tensor, 0.5),
          })),
        );
      },
    ],
  ])('between two calls: %s', (_, change) => check(between(change)));

  it('between two calls: the strength of a regularizer', () => {
    const regularized = (): tf.Sequential =>
      tf.sequential({
        layers: [
          L.dense({
            inputShape: [20],
            units: 8,
            kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }),
            ...init(),
          }),
          L.dense({ units: 3, activation: 'softmax', ...init() }),
        ],
      });
    return check(
      between((model) => {
        const [first] = model.layers as unknown as { kernelRegularizer: { l2: tf.Tensor | number } }[];
        if (first)
          first.kernelRegularizer.l2 = typeof first.kernelRegularizer.l2 === 'number' ? 0.9 : tf.scalar(0.9);
      }, regularized),
    );
  });

  it.each<[string, Callbacks]>([
    [
      'stopped after an epoch',
      (model) => ({ onEpochEnd: (epoch) => void (model.stopTraining = epoch === 1) }),
    ],
    [
      'stopped after a batch',
      (model) => ({ onBatchEnd: (batch) => void (model.stopTraining = batch === 3) }),
    ],
    ['weights read', (model) => ({ onBatchEnd: () => void seen.push(model.getWeights()[0]?.dataSync()[0]) })],
    ['logs read', () => ({ onBatchEnd: (batch, logs) => void seen.push(batch, { ...logs }) })],
    ['pauses', () => ({ onYield: (epoch, batch) => void seen.push(typeof epoch, typeof batch) })],
  ])('callbacks see what they see with TensorFlow.js: %s', async (what, callbacks) => {
    seen.length = 0;
    await check(withCallbacks(callbacks), 3);
    if (what === 'pauses') return; // as often as time passes
    expect(seen.slice(seen.length / 2)).toEqual(seen.slice(0, seen.length / 2));
  });

  it('a callback of the base class sees tensors, as with TensorFlow.js', async () => {
    const kinds: unknown[] = [];
    class Watch extends tf.Callback {
      override async onBatchEnd(_: number, logs?: tf.Logs): Promise<void> {
        kinds.push((logs?.['loss'] as unknown) instanceof tf.Tensor);
      }
    }
    await run(async () => {
      const model = mlp();
      model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
      await model.fit(normal(24, 20), oneHot(24), { batchSize: 8, verbose: 0, callbacks: [new Watch()] });
      return { model };
    });
    expect(kinds).toEqual([true, true, true]);
  });

  it('two models in alternation, and both trained at once', () =>
    check(async () => {
      const models = [mlp(), mlp()];
      for (const model of models)
        model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
      const [first, second] = models as [tf.Sequential, tf.Sequential];
      const histories = [await fit(first), await fit(second), await fit(first)];
      histories.push(...(await Promise.all([fit(first), fit(second)])));
      const weights = second.getWeights().map((weight) => [...weight.dataSync()]);
      return { model: first, history: [histories.map(({ history }) => history), weights] };
    }));

  describe('a loss of one’s own', () => {
    it('is compiled', () => check(factored('onEpochEnd', 100)));

    it('with a number that changes each epoch gives the same', () => check(factored('onEpochEnd', 1)));

    it('with a number that changes each batch is not compiled, gives the same, and says why', async () => {
      const [slow, fast] = await withStock(() => both(factored('onBatchEnd', 1)));
      expect(fast).toEqual(slow);
      expect(told).toEqual([
        'it computes with numbers or tensors of JavaScript that change from batch to batch',
      ]);
    });

    it('that keeps a tensor from batch to batch is not compiled, and gives the same', async () => {
      const training: Training = async () => {
        let last: tf.Tensor | undefined;
        const loss: Loss = (y, p) => {
          const value = tf.losses.meanSquaredError(y, p);
          const sum = last ? tf.add(value, tf.mul(last, 0.5)) : value;
          last = tf.keep(value.clone());
          return sum;
        };
        const model = mlp();
        model.compile({ optimizer: tf.train.sgd(0.1), loss });
        return { model, history: (await fit(model)).history };
      };
      const { history } = await run(training);
      expect(history).toBeDefined();
      expect(told).toHaveLength(1);
    });
  });
});
