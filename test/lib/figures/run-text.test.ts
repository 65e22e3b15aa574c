import { expect, test } from 'vitest';
import { runText } from '../../../lib/dist/figures/index.js';
import { RunRecord } from '../../../lib/dist/run/index.js';
import { sampleRun } from './sample-run.js';

test('says how far the run came and the last values, on one line', () => {
  expect(runText(sampleRun())).toMatch(
    /^mnist-cnn: finished after 8 epochs, 480 steps; loss 0\.083\d*, val_loss 0\.135\d*, accuracy 0\.9\d+, val_accuracy 0\.9\d+$/,
  );
});

test('while it runs: of how many', () => {
  const record = sampleRun();
  record.update({ status: 'running', progress: { step: 1, steps: 2000, epoch: 0.5, epochs: 4 } });
  expect(runText(record)).toMatch(/^mnist-cnn: running at 0 of 4 epochs, 1 of 2,000 steps; /);
});

test('while it runs: how fast, and the time left', () => {
  const record = sampleRun();
  const progress = { step: 500, steps: 2000, epoch: 1, epochs: 4, examplesPerSecond: 12345.6, eta: 75.4 };
  record.update({ status: 'running', progress });
  expect(runText(record)).toContain('500 of 2,000 steps, 12,346 examples/s, 1:15 left; ');
  record.update({ status: 'finished' });
  expect(runText(record)).not.toContain('left');
});

test('a failed run without values, with a hostile name', () => {
  const { header } = sampleRun();
  const record = new RunRecord({
    ...header,
    name: 'a\u001b[31m\nb',
    status: 'failed',
    reason: 'loss is NaN',
  });
  expect(runText(record)).toMatch(/^a \[31m b: failed.* \(loss is NaN\)$/);
});
