import { RunRecord, type At } from '../../../lib/dist/run/index.js';

export const at = (step: number): At => ({ step, time: step / 10, epoch: step / 100, examples: step * 32 });

/** A record with a scalar, a vector and an event series of `steps` rows; some values are not finite. */
export function sampleRecord(steps: number, layers = 3): RunRecord {
  const record = new RunRecord({
    id: '20260102-030405-0123456789abcdef',
    name: 'sample',
    createdAt: '2026-01-02T03:04:05.000Z',
    status: 'running',
    config: { epochs: 3 },
    environment: { node: '20' },
  });
  const labels = Array.from({ length: layers }, (_, i) => `dense_${i}`);
  record.declare({
    name: 'gradient_norm',
    unit: '',
    kind: 'vector',
    shape: [layers],
    dtype: 'float32',
    labels,
  });
  for (let step = 1; step <= steps; step++) addStep(record, step, layers);
  return record;
}

export function addStep(record: RunRecord, step: number, layers = 3): void {
  const odd = [NaN, Infinity, -Infinity];
  record.scalar(
    'batch_loss',
    at(step),
    step % 37 === 5 ? (odd[step % 3] as number) : Math.exp(-step / 50) + 0.1,
  );
  record.append(
    'gradient_norm',
    at(step),
    Array.from({ length: layers }, (_, i) => Math.fround((i + 1) / step)),
  );
  if (step % 50 === 0) record.event('note', at(step), `step ${step} <b>&`);
}

export function values(record: RunRecord): Record<string, number[]> {
  return Object.fromEntries([...record.series].map(([name, series]) => [name, [...series.values()]]));
}
