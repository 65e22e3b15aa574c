import { beforeAll, describe, expect, it } from 'vitest';

import { loadTensorFlow, type TensorFlow } from '../../../lib/dist/tensor/index.js';
import { Trainer, TrainingInterrupted, type Callback } from '../../../lib/dist/training/index.js';
import { clouds, quiet } from './suite.js';

let tf: TensorFlow;
beforeAll(async () => {
  ({ tf } = await loadTensorFlow());
});

const trainer = (callbacks: Callback[] = []): Trainer =>
  new Trainer({
    model: tf.sequential({ layers: [tf.layers.dense({ units: 2, activation: 'softmax', inputShape: [2] })] }),
    loss: 'sparseCategoricalCrossentropy',
    callbacks,
  });
const fitOptions = { epochs: 3, batchSize: 4 }; // 10 steps an epoch of 40

describe('while it trains, a run', () => {
  it('stops at the next step boundary', async () => {
    let asked = false;
    quiet((record, controls) => {
      if (record.header.progress?.step === 4 && !asked) {
        asked = true;
        expect(controls.command('stop')).toBeUndefined();
      }
    });
    const run = await trainer().fit(clouds(40), fitOptions);
    expect([run.status, run.reason, run.record.header.progress?.step]).toEqual([
      'stopped',
      'stopped by the user',
      4,
    ]);
  });

  it('pauses, goes on step by step, resumes', async () => {
    const seen: string[] = [];
    let idle = 0;
    quiet((record, controls) => {
      const step = record.header.progress?.step ?? 0;
      if (step === 2 && seen.length === 0) {
        expect(controls.command('step')).toMatch(/Pause before/);
        controls.command('pause');
        seen.push(`paused at ${step}`);
      } else if (record.header.status === 'paused' && ++idle === 3) {
        controls.command('step');
      } else if (idle === 6) {
        seen.push(`resumed at ${step}`);
        controls.command('resume');
        idle++;
      }
    });
    const run = await trainer().fit(clouds(40), fitOptions);
    expect(seen).toEqual(['paused at 2', 'resumed at 3']);
    expect([run.status, run.record.header.progress?.step]).toEqual(['finished', 30]);
    expect([...run.record.series.keys()]).toEqual(expect.arrayContaining(['paused', 'resumed']));
  });

  it('takes a new learning rate, and refuses one that is none', async () => {
    quiet((record, controls) => {
      if (record.header.progress?.step === 5) controls.command('learningRate', 0.5);
      if (record.header.progress?.step === 6) expect(controls.command('learningRate', -1)).toMatch(/above 0/);
    });
    const run = await trainer().fit(clouds(40), fitOptions);
    const rates = run.record.series.get('learning_rate');
    expect([...(rates?.values() ?? [])]).toEqual([0.001, 0.5]);
    expect([...(rates?.axis('step') ?? [])]).toEqual([0, 5]);
  });

  it('ends when interrupted: the record says where, callbacks end, the next run works', async () => {
    let ended = 0;
    const t = trainer([{ onTrainEnd: () => void ended++ }]);
    quiet((record, controls) => {
      if (record.header.progress?.step === 7) controls.interrupt();
    });
    const before = tf.memory().numTensors;
    await expect(t.fit(clouds(40), fitOptions)).rejects.toThrow(TrainingInterrupted);
    expect(ended).toBe(1);
    expect([t.run?.status, t.run?.record.header.progress?.step]).toEqual(['interrupted', 7]);
    quiet();
    const run = await t.fit(clouds(40), fitOptions);
    expect(run.status).toBe('finished');
    t.dispose();
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
  });

  it('that a callback breaks fails with its error, disposes all, and lets other callbacks end', async () => {
    let ended = 0;
    quiet();
    const broken: Callback = {
      onBatchEnd: (batch) => {
        if (batch === 3) throw new Error('broken callback');
      },
    };
    const t = trainer([broken, { onTrainEnd: () => void ended++ }]);
    const before = tf.memory().numTensors;
    await expect(t.fit(clouds(40), fitOptions)).rejects.toThrow('broken callback');
    expect(ended).toBe(1);
    const slots = 4; // two moments of kernel and bias
    expect(tf.memory().numTensors).toBe(before + slots);
    t.dispose();
  });
});
