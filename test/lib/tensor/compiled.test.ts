import v8 from 'node:v8';
import vm from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  compileStep,
  loadTensorFlow,
  withStockKernels,
  type CompiledStep,
} from '../../../lib/dist/tensor/index.js';
import { KINDS, OPTIMIZERS, subject } from './compiled-models.js';
import { stepOf, train } from './compiled-training.js';

const { native, reason } = await loadTensorFlow();

/** What JavaScript has dropped is not what is measured. */
const collect = (): void => {
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
};

describe.skipIf(!native)(`compileStep (${reason})`, () => {
  let tensors = 0;
  beforeAll(() => void tf.tidy(() => tf.scalar(1).add(1).dataSync()));
  afterEach(() => tf.disposeVariables());

  describe.each(KINDS)('%s', (kind) => {
    const names = (kind === 'mlp' ? Object.keys(OPTIMIZERS) : ['adam']) as (keyof typeof OPTIMIZERS)[];
    it.each(names)('gives the bits of the eager step with %s', (name) => {
      const [eager, graph] = withStockKernels(() => [
        train(kind, OPTIMIZERS[name], 'eager'),
        train(kind, OPTIMIZERS[name], 'graph'),
      ]);
      expect(graph.compiled?.reason).toBeUndefined();
      expect(graph.compiled?.mode).toBe('graph');
      expect(graph.compiled?.recorded).toBe(1);
      expect(graph.losses).toEqual(eager.losses);
      expect(graph.weights).toEqual(eager.weights);
    });
  });

  it.each(KINDS)('%s: with operations of our own too, compiled is eager bit by bit', (kind) => {
    const [eager, graph] = [train(kind, OPTIMIZERS.adam, 'eager'), train(kind, OPTIMIZERS.adam, 'graph')];
    expect(graph.compiled?.mode).toBe('graph');
    expect(graph.losses).toEqual(eager.losses);
    expect(graph.weights).toEqual(eager.weights);
  });

  it('by XLA comes near', () => {
    const eager = train('mlp', OPTIMIZERS.adam, 'eager');
    const xla = train('mlp', OPTIMIZERS.adam, 'xla');
    expect(xla.compiled?.mode).toBe('xla');
    xla.losses.forEach((loss, i) => expect(loss).toBeCloseTo(eager.losses[i] as number, 4));
  });

  describe('a step of its own', () => {
    const run = (step: CompiledStep, value: number): number =>
      tf.tidy(() => (step.run(tf.scalar(value))[0] as tf.Tensor).dataSync()[0] as number);

    it('changes variables as often as it is called', () => {
      const total = tf.variable(tf.scalar(0));
      const step = compileStep((x) => {
        total.assign(tf.add(total, x as tf.Scalar));
        return tf.mul(total, 10);
      });
      expect([run(step, 1), run(step, 2), run(step, 3)]).toEqual([10, 30, 60]);
      expect(total.dataSync()[0]).toBe(6);
      step.dispose();
    });

    it('leaves a copy of a variable as it was', () => {
      const total = tf.variable(tf.scalar(1));
      const step = compileStep((x) => {
        total.assign(tf.add(total, x as tf.Scalar));
        return [];
      });
      step.run(tf.scalar(1));
      const copy = total.clone();
      step.run(tf.scalar(1));
      expect([copy.dataSync()[0], total.dataSync()[0]]).toEqual([2, 3]);
      step.dispose();
    });

    it('sees what is assigned between two calls', () => {
      const total = tf.variable(tf.scalar(1));
      const step = compileStep((x) => tf.add(total, x as tf.Scalar));
      expect(run(step, 1)).toBe(2);
      total.assign(tf.scalar(41));
      expect(run(step, 1)).toBe(42);
      step.dispose();
    });

    it.each([
      ['reads a value', () => (x: tf.Tensor) => tf.scalar(Number(x.dataSync()[0]) * 2), /reads the value/],
      ['draws in JavaScript', () => (x: tf.Tensor) => tf.mul(x, Math.random() < 2 ? 2 : 0), /random numbers/],
      [
        'counts in JavaScript',
        () => {
          let n = 0;
          return (x: tf.Tensor) =>
            tf.tidy(() =>
              tf
                .mul(tf.add(x, 0 * ++n + n - n), n > 0 ? 2 : n)
                .add(n)
                .sub(n),
            );
        },
        /change from step to step/,
      ],
      [
        'makes variables',
        () => (x: tf.Tensor) => {
          tf.variable(tf.scalar(1));
          return tf.mul(x, 2);
        },
        /variables/,
      ],
    ] as [string, () => (x: tf.Tensor) => tf.Tensor, RegExp][])(
      'that %s runs as it is, with the same result, and says so once',
      (_, make, why) => {
        const heard: string[] = [];
        const step = compileStep(make() as never, { onFallback: (text) => heard.push(text) });
        expect([run(step, 3), run(step, 4)]).toEqual([6, 8]);
        expect(step.mode).toBe('eager');
        expect(heard).toHaveLength(1);
        expect(heard[0]).toMatch(why);
        step.dispose();
      },
    );

    it('whose arithmetic in JavaScript depends on the rate runs as it is', () => {
      let rate = 0.5;
      const rates = [{ get: () => rate, set: (value: number) => void (rate = value) }];
      const step = compileStep((x) => tf.mul(x as tf.Tensor, rate * 2), { rates });
      expect(run(step, 3)).toBe(3);
      expect([step.mode, rate]).toEqual(['eager', 0.5]);
      step.dispose();
    });

    it('that keeps a tensor from call to call runs as it is', () => {
      let kept: tf.Tensor = tf.scalar(0);
      const step = compileStep((x) => {
        const sum = tf.keep(tf.add(kept, x as tf.Scalar));
        kept = sum;
        return sum.clone();
      });
      const results = [run(step, 1), run(step, 2), run(step, 3)];
      expect(step.mode).toBe('eager');
      expect(step.reason).toMatch(/a tensor of an earlier step/);
      expect((results[2] as number) - (results[1] as number)).toBe(3);
      kept.dispose();
      step.dispose();
    });

    it('that is not as pure as it says is computed after all', () => {
      const w = tf.variable(tf.scalar(2));
      let scale: tf.Variable | undefined;
      const step = compileStep(
        (x) => {
          scale ??= tf.tidy(() => tf.variable(tf.mean(x as tf.Tensor))); // from the data
          w.assign(tf.add(w, scale));
          return tf.mul(w, x as tf.Tensor);
        },
        { pure: true },
      );
      const x = tf.tensor1d([1, 3]);
      const [first] = step.run(x);
      expect([...(first as tf.Tensor).dataSync()]).toEqual([4, 12]);
      expect([step.mode, scale?.dataSync()[0], w.dataSync()[0]]).toEqual(['graph', 2, 4]);
      const reader = compileStep(
        (input) => tf.mul(input as tf.Tensor, (input as tf.Tensor).dataSync()[1] ?? 0),
        {
          pure: true,
        },
      );
      expect([...(reader.run(x)[0] as tf.Tensor).dataSync()]).toEqual([3, 9]);
      expect(reader.reason).toMatch(/reads the value/);
      step.dispose();
      reader.dispose();
    });

    it('several at a call are as many calls', () => {
      const train = (steps: number): number[] => {
        const w = tf.variable(tf.tensor1d([1, 2]));
        const optimizer = tf.train.adam(0.1);
        const step = compileStep(
          (x) =>
            optimizer.minimize(() => tf.sum(tf.square(tf.mul(w, x as tf.Tensor))), true, [w]) as tf.Scalar,
          { steps },
        );
        const losses: number[] = [];
        for (let i = 0; i < 12; i += steps) {
          const inputs = Array.from({ length: steps }, (_, j) => tf.tensor1d([i + j, 1]));
          for (const loss of step.run(...inputs)) losses.push(loss.dataSync()[0] as number);
          tf.dispose(inputs);
        }
        expect(step.mode).toBe('graph');
        step.dispose();
        return [...losses, ...w.dataSync()];
      };
      expect(train(4)).toEqual(train(1));
      const two = compileStep((x) => tf.neg(x as tf.Tensor), { steps: 2 });
      expect(() => two.run(tf.scalar(1))).toThrow(/1 inputs came for 2 steps/);
      expect(() => compileStep(() => [], { steps: 0 })).toThrow(/steps is 0/);
    });

    it('tells an input that comes twice from two', () => {
      const step = compileStep((x, y) => tf.sub(x as tf.Scalar, y as tf.Scalar));
      const [a, b] = [tf.scalar(5), tf.scalar(3)];
      const differences = [step.run(a, a), step.run(a, b), step.run(b, a)].map(
        ([made]) => (made as tf.Tensor).dataSync()[0],
      );
      expect(differences).toEqual([0, 2, -2]);
      expect(step.recorded).toBe(2);
      step.dispose();
    });

    it('that is given up in the middle of its gradients leaves no tensor behind', () => {
      const w = tf.variable(tf.randomNormal([4, 4]));
      const x = tf.ones([2, 4]);
      const halted = (y: tf.Tensor): tf.Tensor =>
        tf.customGrad((input, save) => {
          (save as (t: tf.Tensor[]) => void)([input as tf.Tensor]);
          const gradFunc = (dy: tf.Tensor): tf.Tensor => tf.mul(dy, dy.dataSync().length / 8);
          return { value: tf.square(input as tf.Tensor), gradFunc };
        })(y);
      const step = compileStep((input) => {
        const { value, grads } = tf.variableGrads(() =>
          tf.sum(halted(tf.tanh(tf.matMul(input as tf.Tensor2D, w as unknown as tf.Tensor2D)))),
        );
        w.assign(tf.sub(w, grads[w.name] as tf.Tensor));
        return value;
      });
      const before = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) step.run(x).forEach((loss) => loss.dispose());
      expect(step.reason).toMatch(/reads the value/);
      expect(tf.memory().numTensors).toBe(before);
      step.dispose();
    });

    it('is compiled for each shape, and forgets the one unused for longest', () => {
      const step = compileStep((x) => tf.sum(x as tf.Tensor), { maxShapes: 2 });
      const sum = (n: number): number =>
        tf.tidy(() => (step.run(tf.ones([n]))[0] as tf.Tensor).dataSync()[0] as number);
      expect([sum(1), sum(2), sum(1), sum(3), sum(1)]).toEqual([1, 2, 1, 3, 1]);
      expect(step.recorded).toBe(3);
      expect(sum(2)).toBe(2);
      expect(step.recorded).toBe(4);
      step.dispose();
    });

    it('computes while the event loop turns; its changes come when they are asked for', async () => {
      const total = tf.variable(tf.scalar(1));
      const other = tf.variable(tf.scalar(1));
      const step = compileStep((x) => {
        total.assign(tf.add(total, x as tf.Scalar));
        other.assign(tf.mul(other, 3));
        return tf.mul(total, 10);
      });
      const one = tf.scalar(1);
      const first = await step.compute(one);
      expect(total.dataSync()[0]).toBe(1);
      const [output] = first.commit();
      expect([output?.dataSync()[0], total.dataSync()[0], other.dataSync()[0]]).toEqual([20, 2, 3]);
      (await step.compute(one)).drop();
      expect([total.dataSync()[0], other.dataSync()[0]]).toEqual([2, 3]);
      const computing = step.compute(one);
      total.assign(tf.scalar(100));
      (await computing).commit();
      expect([total.dataSync()[0], other.dataSync()[0]]).toEqual([100, 9]);
      step.dispose();
    });

    it('may be disposed of, with its inputs and variables, while it computes', async () => {
      for (let i = 0; i < 20; i++) {
        const total = tf.variable(tf.ones([200, 200]));
        const step = compileStep((x) => {
          total.assign(tf.matMul(total, x as tf.Tensor2D));
          return tf.sum(total);
        });
        const x = tf.ones([200, 200]);
        const computing = step.compute(x);
        step.dispose();
        total.dispose();
        x.dispose();
        const [sum] = (await computing).commit();
        expect(sum?.dataSync()[0]).toBe(8e6);
        sum?.dispose();
      }
    });

    it('takes no more memory from step to step', () => {
      const given = subject('mlp');
      const step = compileStep(stepOf(given.model, tf.train.adam(0.01)) as never);
      const once = (): void => step.run(given.x, given.y).forEach((tensor) => tensor.dispose());
      for (let i = 0; i < 3_000; i++) once();
      collect();
      const [tensors, bytes] = [tf.memory().numTensors, process.memoryUsage().rss];
      for (let i = 0; i < (process.env.GRADOSCOPE_FULL === '1' ? 10_000 : 1_000); i++) once();
      expect(tf.memory().numTensors).toBe(tensors);
      collect();
      expect(process.memoryUsage().rss - bytes).toBeLessThan(20e6);
      step.dispose();
    }, 60_000);

    it('leaves no tensor but what it returns', () => {
      const given = subject('mlp');
      const optimizer = tf.train.adam(0.01);
      const step = compileStep(stepOf(given.model, optimizer) as never);
      const once = (): void => step.run(given.x, given.y).forEach((tensor) => tensor.dispose());
      once();
      tensors = tf.memory().numTensors;
      for (let i = 0; i < 20; i++) once();
      expect(tf.memory().numTensors).toBe(tensors);
      step.dispose();
      expect(tf.memory().numTensors).toBe(tensors);
    });
  });
});
