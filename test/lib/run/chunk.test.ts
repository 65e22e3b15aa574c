import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  applyChunk,
  ChunkGapError,
  chunkFromJson,
  chunkFromMessage,
  chunkToJson,
  chunkToMessage,
  ChunkWriter,
  RunRecord,
  wholeChunk,
} from '../../../lib/dist/run/index.js';
import { addStep, at, sampleRecord, values } from './support.js';

const copyOf = (record: RunRecord): RunRecord => new RunRecord(record.header);

describe('chunks', () => {
  it('carry a growing record to a reader, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 }), (cuts) => {
        const source = sampleRecord(0);
        const writer = new ChunkWriter(source);
        const reader = copyOf(source);
        let [step, seq] = [0, 0];
        for (const cut of cuts) {
          for (let i = 0; i < cut; i++) addStep(source, ++step);
          const chunk = writer.next();
          if (chunk === undefined) continue;
          expect(chunk.seq).toBe(++seq);
          const { data, buffers } = chunkToMessage(chunk);
          applyChunk(reader, chunkFromMessage(JSON.parse(JSON.stringify(data)), buffers));
        }
        expect(values(reader)).toEqual(values(source));
        expect(reader.series.get('note')?.texts()).toEqual(source.series.get('note')?.texts());
      }),
      { numRuns: 30 },
    );
  });

  it('survive JSON bit by bit, NaN and infinities included', () => {
    const source = sampleRecord(200);
    const reader = copyOf(source);
    applyChunk(reader, chunkFromJson(JSON.parse(JSON.stringify(chunkToJson(wholeChunk(source, 7))))));
    expect(values(reader)).toEqual(values(source));
    expect(
      [...(source.series.get('batch_loss')?.values() ?? [])].filter((v) => !Number.isFinite(v)).length,
    ).toBeGreaterThan(3);
  });

  it('carry what becomes known of the environment, once', () => {
    const source = sampleRecord(3);
    const writer = new ChunkWriter(source);
    const reader = copyOf(source);
    const send = (): void => {
      const { data, buffers } = chunkToMessage(writer.next() ?? { seq: 0, specs: [], blocks: [] });
      applyChunk(reader, chunkFromMessage(JSON.parse(JSON.stringify(data)), buffers));
    };
    send();
    source.update({ environment: { ...source.header.environment, mode: 'graph' } });
    send();
    expect(reader.header.environment).toEqual({ node: '20', mode: 'graph' });
    source.update({ status: 'finished' });
    expect(writer.next()?.header).toEqual({ status: 'finished' });
  });

  it('read buffers that do not begin at a multiple of eight', () => {
    const source = sampleRecord(3);
    const { data, buffers } = chunkToMessage(wholeChunk(source, 1));
    const shifted = buffers.map((buffer) => {
      const larger = new Uint8Array(buffer.length + 3);
      larger.set(buffer, 3);
      return larger.subarray(3);
    });
    const reader = copyOf(source);
    applyChunk(reader, chunkFromMessage(data, shifted));
    expect(values(reader)).toEqual(values(source));
  });

  it('say that rows are missing, and change nothing then', () => {
    const source = sampleRecord(10);
    const writer = new ChunkWriter(source);
    writer.next();
    addStep(source, 11);
    const second = writer.next();
    const reader = copyOf(source);
    expect(() => applyChunk(reader, second as NonNullable<typeof second>)).toThrow(ChunkGapError);
    expect(reader.series.size).toBe(0);
  });

  it('write nothing when nothing is new, and header changes alone', () => {
    const source = sampleRecord(1);
    const writer = new ChunkWriter(source);
    expect(writer.next()?.seq).toBe(1);
    expect(writer.next()).toBeUndefined();
    source.update({ status: 'finished', reason: 'done' });
    expect(writer.next()).toMatchObject({
      seq: 2,
      blocks: [],
      header: { status: 'finished', reason: 'done' },
    });
  });

  it.each([
    ['no object', 5, /expected an object/],
    ['no seq', { specs: [], blocks: [] }, /whole seq/],
    [
      'a buffer too few',
      { seq: 1, specs: [], blocks: [{ name: 'a', from: 0, n: 1, count: 1 }] },
      /1 blocks came with 0 buffers/,
    ],
    [
      'a bad spec',
      { seq: 1, specs: [{ name: 'a', unit: '', kind: 'cube', shape: [], dtype: 'float32' }], blocks: [] },
      /kind cube/,
    ],
    [
      'a huge row',
      {
        seq: 1,
        specs: [{ name: 'a', unit: '', kind: 'vector', shape: [1e9], dtype: 'float32' }],
        blocks: [],
      },
      /1,000,000/,
    ],
    [
      'wrong labels',
      {
        seq: 1,
        specs: [{ name: 'a', unit: '', kind: 'vector', shape: [2], dtype: 'float32', labels: ['x'] }],
        blocks: [],
      },
      /labels/,
    ],
  ])('refuse %s', (_what, data, message) => {
    expect(() => chunkFromMessage(data, [])).toThrow(message);
  });

  it('refuse bytes that do not fit the rows', () => {
    const source = sampleRecord(2);
    const { data, buffers } = chunkToMessage(wholeChunk(source, 1));
    const cut = buffers.map((buffer) => buffer.subarray(1));
    expect(() => applyChunk(copyOf(source), chunkFromMessage(data, cut))).toThrow(/take \d+ bytes, got/);
  });
});

describe('a record', () => {
  it('refuses a row of another size, an undeclared series and a series declared differently', () => {
    const record = sampleRecord(1);
    expect(() => record.append('gradient_norm', at(2), [1, 2])).toThrow(/a row has 3 values, got 2/);
    expect(() => record.append('nothing', at(2), 1)).toThrow(/not declared/);
    expect(() =>
      record.declare({ name: 'batch_loss', unit: '', kind: 'vector', shape: [2], dtype: 'float64' }),
    ).toThrow(/already declared/);
    expect(() => record.event('batch_loss', at(2), 'text')).toThrow(/takes numbers/);
  });
});
