import { newRunId, RunRecord, type At } from '../../../lib/dist/run/index.js';

export interface SampleOptions {
  epochs?: number;
  stepsPerEpoch?: number;
  layers?: readonly string[];
  /** Step at which the loss becomes NaN and the gradients infinite. */
  divergesAt?: number;
  /** Metrics beside the loss. */
  metrics?: readonly string[];
}

export const LAYERS = ['conv2d_1', 'conv2d_2', 'dense_1', 'dense_2'];

/** Numbers that look random and are the same every time. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** A record such as the Trainer writes. */
export function sampleRun(options: SampleOptions = {}): RunRecord {
  const {
    epochs = 8,
    stepsPerEpoch = 60,
    layers = LAYERS,
    divergesAt = Infinity,
    metrics = ['accuracy'],
  } = options;
  const record = new RunRecord({
    id: newRunId(new Date(0)),
    name: 'mnist-cnn',
    createdAt: new Date(0).toISOString(),
    status: 'running',
    config: {},
    environment: {},
  });
  record.declare({
    name: 'gradient_norm',
    unit: '',
    kind: 'vector',
    shape: [layers.length],
    dtype: 'float32',
    labels: layers,
  });
  const random = noise(7);
  let at: At = { step: 0, time: 0, epoch: 0, examples: 0 };
  for (let step = 1; step <= epochs * stepsPerEpoch; step++) {
    at = { step, time: step * 0.01, epoch: step / stepsPerEpoch, examples: step * 64 };
    const lost = step >= divergesAt;
    const loss = 2.2 * Math.exp(-at.epoch * 1.2) + 0.08 + 0.03 / (1 + at.epoch);
    record.scalar('batch_loss', at, lost ? NaN : loss * (1 + 0.5 * random()));
    for (const metric of metrics)
      record.scalar(`batch_${metric}`, at, lost ? NaN : 1 - loss / 2.6 + 0.06 * random());
    const norms = layers.map((_, i) =>
      lost
        ? Infinity
        : 2 * 10 ** (-0.5 * (layers.length - 1 - i)) * Math.exp(-at.epoch * 0.2) * (1 + 0.7 * random()),
    );
    record.append('gradient_norm', at, norms);
    record.scalar('global_gradient_norm', at, Math.hypot(...norms));
    if (step % stepsPerEpoch !== 0) continue;
    record.scalar('loss', at, lost ? NaN : loss);
    record.scalar('val_loss', at, lost ? NaN : loss * 1.05 + 0.012 * Math.max(0, at.epoch - 4));
    for (const metric of metrics) {
      record.scalar(metric, at, lost ? NaN : 1 - loss / 2.6);
      record.scalar(`val_${metric}`, at, lost ? NaN : 1 - loss / 2.5 - 0.002 * at.epoch);
    }
    record.scalar('learning_rate', at, 1e-3);
  }
  record.event('early_stopping', at, `val_loss has not fallen for 3 epochs`);
  record.event('restored_weights', at, `restored weights of epoch ${Math.max(1, epochs - 3)}`);
  record.update({ status: 'finished', progress: { step: at.step, steps: at.step, epoch: epochs, epochs } });
  return record;
}
