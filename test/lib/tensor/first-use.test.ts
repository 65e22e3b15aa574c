import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { compileStep, loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import { subject } from './compiled-models.js';
import { stepOf } from './compiled-training.js';

const { native, reason } = await loadTensorFlow();

describe.skipIf(!native)(`the first use of a compiled step (${reason})`, () => {
  it('traces and defines the CNN in time, and no more when only the data changes', async () => {
    const { model, x, y } = subject('cnn of the bench');
    const optimizer = tf.train.adam(0.001);
    const plain = stepOf(model, optimizer);
    let traced = 0;
    const step = compileStep(
      (images, labels) => {
        traced++;
        return plain(images as tf.Tensor, labels as tf.Tensor);
      },
      { pure: true },
    );
    const part = (all: tf.Tensor, from: number): tf.Tensor => tf.tidy(() => all.slice([from], [64]));
    const losses: number[] = [];
    let ms = 0;
    let before = 0;
    for (let i = 0; i < 12; i++) {
      const [images, labels] = [part(x, 5 * i), part(y, 5 * i)];
      await Promise.all([images.data(), labels.data()]);
      const began = performance.now();
      const computing = step.compute(images, labels);
      if (i === 0) [ms, before] = [performance.now() - began, traced];
      const [loss] = (await computing).commit();
      losses.push((loss as tf.Tensor).dataSync()[0] as number);
      tf.dispose([images, labels, loss as tf.Tensor]);
    }
    expect(step.mode).toBe('graph');
    expect(step.recorded).toBe(1);
    expect([before, traced]).toEqual([3, 3]);
    expect(new Set(losses).size).toBe(losses.length);
    expect(ms).toBeLessThan(1_500);
    step.dispose();
    optimizer.dispose();
    model.dispose();
    tf.dispose([x, y]);
  });

  it.each([
    ['once, and records it without computing', false, 1],
    ['not at all where it is pure', true, 0],
  ])('computes the step %s', (_, pure, times) => {
    const { model, x, y } = subject('cnn');
    const optimizer = tf.train.adam(0.001);
    const step = compileStep(stepOf(model, optimizer) as never, { pure });
    const backend = tf.backend() as unknown as {
      binding: { executeOp(op: string, ...rest: unknown[]): unknown };
    };
    const { binding } = backend;
    const executed: string[] = [];
    const executeOp = (op: string, ...rest: unknown[]): unknown => {
      executed.push(op);
      return binding.executeOp(op, ...rest);
    };
    backend.binding = Object.create(binding, { executeOp: { value: executeOp } }) as typeof binding;
    tf.dispose(step.run(x, y));
    backend.binding = binding;
    expect(step.mode).toBe('graph');
    expect(executed.filter((op) => op === 'Conv2D')).toHaveLength(times);
    expect(executed.filter((op) => op === 'GradoscopeMaxPoolGrad')).toHaveLength(times);
    step.dispose();
    optimizer.dispose();
    model.dispose();
    tf.dispose([x, y]);
  });
});
