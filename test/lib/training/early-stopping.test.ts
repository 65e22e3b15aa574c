import { describe, expect, it } from 'vitest';

import {
  EarlyStopping,
  type CallbackContext,
  type EarlyStoppingOptions,
} from '../../../lib/dist/training/index.js';
import { resolveMode } from '../../../lib/dist/training/monitor.js';

/** Feeds a sequence of values to the callback as epochs. */
function play(
  options: EarlyStoppingOptions,
  values: readonly number[],
): { epochs: number; stopping: EarlyStopping; restored: number | undefined } {
  const stopping = new EarlyStopping(options);
  let [stopped, captured] = [false, -1];
  let restored: number | undefined;
  let epoch = 0;
  const context = {
    params: { epochs: values.length, stepsPerEpoch: 1, batchSize: 1, metrics: [stopping.monitor] },
    at: { step: 0, time: 0, epoch: 0, examples: 0 },
    learningRate: 1,
    stop: () => void (stopped = true),
    event: () => undefined,
    captureWeights: () => {
      const mine = (captured = epoch);
      return { restore: () => void (restored = mine), dispose: () => undefined };
    },
  } as unknown as CallbackContext;
  stopping.onTrainBegin(context);
  for (; epoch < values.length && !stopped; epoch++) {
    stopping.onEpochEnd(epoch, { [stopping.monitor]: values[epoch] as number }, context);
  }
  stopping.onTrainEnd(context);
  expect(captured).toBeGreaterThanOrEqual(-1);
  return { epochs: epoch, stopping, restored };
}

describe('EarlyStopping', () => {
  it('stops a constant value after 2, 2 and 3 epochs for patience 0, 1 and 2, as Keras does', () => {
    const constant = new Array<number>(9).fill(1);
    expect([0, 1, 2].map((patience) => play({ patience }, constant).epochs)).toEqual([2, 2, 3]);
  });

  it('counts the wait from the best epoch, so that small gains add up', () => {
    const drift = Array.from({ length: 20 }, (_, i) => 1 - 0.04 * i);
    expect(play({ patience: 3, minDelta: 0.1 }, drift).epochs).toBe(20);
    expect(play({ patience: 2, minDelta: 0.1 }, drift).epochs).toBe(3);
  });

  it('takes the epoch with the best value, and never one that is NaN', () => {
    const { stopping, restored, epochs } = play({ patience: 2 }, [NaN, 3, 2, NaN, 2.5, 1]);
    expect([stopping.bestEpoch, restored, epochs]).toEqual([2, 2, 5]);
    expect(play({ patience: 2 }, [NaN, NaN, NaN, NaN]).epochs).toBe(2);
    expect(play({ patience: 2 }, [NaN, NaN, NaN, NaN]).restored).toBeUndefined();
  });

  it('restores the best weights whether it stopped or not, and not when told so', () => {
    expect(play({ patience: 9 }, [3, 1, 2]).restored).toBe(1);
    expect(play({ patience: 9, restoreBestWeights: false }, [3, 1, 2]).restored).toBeUndefined();
  });

  it('ignores epochs before startFromEpoch, and holds a baseline against the run', () => {
    expect(play({ patience: 1, startFromEpoch: 2 }, [0, 0, 5, 4, 4]).stopping.bestEpoch).toBe(3);
    expect(play({ patience: 2, baseline: 0.5 }, [0.9, 0.8, 0.7, 0.6]).epochs).toBe(2);
    expect(play({ patience: 2, baseline: 0.5 }, [0.9, 0.4, 0.3, 0.2]).epochs).toBe(4);
  });

  it('tells by the name whether more is better', () => {
    const names = [
      'val_accuracy',
      'accuracy',
      'acc',
      'val_auc',
      'r2',
      'val_topKAccuracy',
      'f1',
      'loss',
      'val_loss',
      'mae',
      'meanSquaredError',
      'curl',
    ];
    expect(names.map((name) => resolveMode('auto', name))).toEqual([
      ...new Array(7).fill('max'),
      ...new Array(5).fill('min'),
    ]);
    expect(play({ monitor: 'val_auc', patience: 2 }, [0.1, 0.2, 0.3, 0.4]).epochs).toBe(4);
  });

  it('goes on from its state as if it had not been interrupted', () => {
    const first = new EarlyStopping({ patience: 5 });
    const context = {
      params: { metrics: ['val_loss'] },
      captureWeights: () => ({ restore() {}, dispose() {} }),
      stop() {},
      event() {},
    };
    [3, 2, 2.5].forEach((value, epoch) =>
      first.onEpochEnd(epoch, { val_loss: value }, context as unknown as CallbackContext),
    );
    const second = new EarlyStopping({ patience: 5 });
    second.restore(JSON.parse(JSON.stringify(first.state())));
    expect(second.state()).toEqual(first.state());
    expect(second.bestValue).toBe(2);
  });

  it.each([
    [{ patience: -1 }, /patience: got -1, expected a whole number of at least 0/],
    [{ patience: 1.5 }, /patience: got 1.5/],
    [{ minDelta: -0.1 }, /minDelta: got -0.1, expected a finite number of at least 0/],
    [{ minDelta: NaN }, /minDelta: got NaN/],
    [{ mode: 'least' }, /mode: got "least", expected one of auto, min, max/],
    [{ patiense: 3 }, /got "patiense", expected one of .*Did you mean "patience"/],
    [{ startFromEpoch: -2 }, /startFromEpoch: got -2/],
  ])('refuses %o', (options, message) => {
    expect(() => new EarlyStopping(options as EarlyStoppingOptions)).toThrow(message);
  });
});
