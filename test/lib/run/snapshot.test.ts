import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import {
  decimate,
  readSnapshot,
  RunVersionError,
  Series,
  snapshot,
  SNAPSHOT_BYTES,
} from '../../../lib/dist/run/index.js';
import { at, sampleRecord, values } from './support.js';

const schema = JSON.parse(readFileSync('lib/schema/run.v1.schema.json', 'utf8'));
const validate = new Ajv({ allErrors: true }).compile(schema);

describe('snapshot', () => {
  it('keeps every row where the budget allows it', () => {
    const record = sampleRecord(500);
    const json = JSON.parse(JSON.stringify(snapshot(record, { seq: 12 })));
    expect(json.decimated).toBe(false);
    const { record: copy, seq } = readSnapshot(json);
    expect(seq).toBe(12);
    expect(values(copy)).toEqual(values(record));
    expect(copy.header).toEqual(record.header);
  });

  it('stays within its budget for runs of any length and width, keeps ends, extremes and true counts', () => {
    for (const [steps, layers] of [
      [20_000, 3],
      [3_000, 40],
      [50_000, 1],
    ] as const) {
      const record = sampleRecord(steps, layers);
      const json = snapshot(record);
      expect(JSON.stringify(json).length).toBeLessThanOrEqual(SNAPSHOT_BYTES);
      expect(json['decimated']).toBe(true);
      const copy = readSnapshot(json).record;
      const loss = copy.series.get('batch_loss') as Series;
      expect(loss.count).toBe(steps);
      expect(loss.decimated).toBe(true);
      expect(loss.length).toBeGreaterThan(100);
      expect([loss.axis('step')[0], loss.axis('step')[loss.length - 1]]).toEqual([1, steps]);
      const finite = [...loss.values()].filter(Number.isFinite);
      const all = [...(record.series.get('batch_loss') as Series).values()].filter(Number.isFinite);
      expect(Math.max(...finite)).toBe(all.reduce((a, b) => Math.max(a, b)));
      expect([...loss.values()].some(Number.isNaN)).toBe(true);
    }
  });

  it('matches its JSON schema, with and without rows', () => {
    for (const steps of [0, 1, 300]) {
      const ok = validate(JSON.parse(JSON.stringify(snapshot(sampleRecord(steps)))));
      expect(validate.errors ?? []).toEqual([]);
      expect(ok).toBe(true);
    }
    expect(validate({ format: 'gradoscope.run', version: '1.0' })).toBe(false);
  });

  it('reads the golden file, and writes it the same way again', () => {
    const golden = JSON.parse(readFileSync('test/fixtures/run/run.v1.json', 'utf8'));
    const { record, seq } = readSnapshot(golden);
    expect(record.series.get('batch_loss')?.length).toBe(40);
    expect([...(record.series.get('batch_loss')?.values() ?? [])].filter((v) => !Number.isFinite(v))).toEqual(
      [-Infinity],
    );
    expect(JSON.parse(JSON.stringify(snapshot(record, { seq })))).toEqual(golden);
  });

  it('keeps fields that it does not know, reads newer minor versions and refuses newer major ones', () => {
    const json = {
      ...JSON.parse(JSON.stringify(snapshot(sampleRecord(2)))),
      version: '1.7',
      novelty: { a: 1 },
    };
    const { record } = readSnapshot(json);
    expect(record.header.extra).toEqual({ novelty: { a: 1 } });
    expect(() => readSnapshot({ ...json, version: '2.0' })).toThrow(RunVersionError);
    expect(() => readSnapshot({ ...json, version: '2.0' })).toThrow(/format 2.0; this Gradoscope reads 1.x/);
  });

  it.each([
    ['nothing', undefined],
    ['another format', { format: 'x' }],
    ['a hostile id', { ...(snapshot(sampleRecord(0)) as object), id: '../../etc/passwd' }],
    ['a broken chunk', { ...(snapshot(sampleRecord(0)) as object), chunk: { seq: 1 } }],
  ])('refuses %s', (_what, json) => {
    expect(() => readSnapshot(json)).toThrow();
  });
});

describe('decimate', () => {
  it('never takes more rows than its budget, and takes all when they fit', () => {
    const series = new Series({ name: 'a', unit: '', kind: 'scalar', shape: [], dtype: 'float64' });
    for (let i = 0; i < 1000; i++) series.append(at(i), Math.sin(i));
    for (const budget of [0, 1, 2, 3, 5, 100, 999, 1000, 2000]) {
      const rows = decimate(series, budget);
      expect(rows.length).toBeLessThanOrEqual(Math.max(budget, 0));
      expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
    }
    expect(decimate(series, 1000)).toHaveLength(1000);
  });
});
