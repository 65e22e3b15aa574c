import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs';

import { loadTensorFlow } from '../../../lib/dist/tensor/index.js';
import { Trainer, type Callback } from '../../../lib/dist/training/index.js';
import { subject } from '../tensor/compiled-models.js';
import { quiet } from './suite.js';

const { native, reason } = await loadTensorFlow();
const EPOCHS = process.env.GRADOSCOPE_FULL === '1' ? 100 : 8;

/** The longest time between two turns of the event loop, in milliseconds, and whether they were as many as time allows. */
class Watch implements Callback {
  longest = 0;
  turns = 0;
  #last: number | undefined;
  readonly #timer = setInterval(() => {
    const now = performance.now();
    if (this.#last !== undefined) this.longest = Math.max(this.longest, now - this.#last);
    if (this.#last !== undefined) this.turns++;
    if (this.#measuring) this.#last = now;
  }, 1);
  #measuring = false;

  /** The first step is compiled, which is another matter (first-use.test.ts). */
  onEpochEnd(): void {
    this.#measuring = true;
  }

  onTrainEnd(): void {
    clearInterval(this.#timer);
  }
}

describe.skipIf(!native)(`a compiled CNN that trains in the background (${reason})`, () => {
  beforeAll(() => quiet());

  it('leaves the event loop its turns', async () => {
    const { model, x, y } = subject('cnn of the bench');
    const watch = new Watch();
    const trainer = new Trainer({
      model,
      loss: (target, logits) => tf.losses.softmaxCrossEntropy(target, logits),
      callbacks: [watch],
    });
    const run = await trainer.start({ x, y }, { epochs: EPOCHS, batchSize: 64 }).done;
    expect(run.record.header.environment['mode']).toBe('graph');
    expect(watch.turns).toBeGreaterThan(EPOCHS);
    // 20 ms on a machine that does nothing else: `npm run bench -- limits`.
    expect(watch.longest).toBeLessThan(200);
    trainer.dispose();
    model.dispose();
    tf.dispose([x, y]);
  });
});
