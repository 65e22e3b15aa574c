import { describe, expect, it } from 'vitest';

import {
  checkRunId,
  clientMessage,
  kernelMessage,
  newRunId,
  recordFromState,
  RUN_ID,
  stateMessages,
  STATE_PART_BYTES,
  type StatePart,
} from '../../../lib/dist/run/index.js';
import { sampleRecord, values } from './support.js';

const parts = (steps: number): StatePart[] =>
  stateMessages(sampleRecord(steps), 9, 'r1').map(({ data, buffers }) => {
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    expect(bytes).toBeLessThanOrEqual(STATE_PART_BYTES);
    return kernelMessage(JSON.parse(JSON.stringify(data)), buffers) as StatePart;
  });

describe('state', () => {
  it('comes whole, in parts of bounded size', () => {
    for (const steps of [0, 1, 1_000, 20_000]) {
      const messages = parts(steps);
      const { record, seq } = recordFromState(messages);
      expect(seq).toBe(9);
      expect(values(record)).toEqual(values(sampleRecord(steps)));
      if (steps === 20_000) expect(messages.length).toBeGreaterThan(3);
    }
  });

  it('of a very long run is decimated and keeps its true counts', () => {
    const { record } = recordFromState(parts(120_000));
    const loss = record.series.get('batch_loss');
    expect(loss?.count).toBe(120_000);
    expect(loss?.axis('step').at(-1)).toBe(120_000);
  });

  it('is refused when a part is missing', () => {
    const messages = parts(20_000);
    expect(() => recordFromState(messages.slice(1))).toThrow(/not all/);
    expect(() => recordFromState(messages.slice(0, -1))).toThrow(/not all/);
    expect(() => recordFromState([])).toThrow(/not all/);
  });
});

describe('messages from clients', () => {
  it('are read, and anything else is ignored', () => {
    expect(clientMessage({ type: 'state', request: 'a' })).toEqual({ type: 'state', request: 'a' });
    expect(
      clientMessage({ type: 'command', request: 'a', command: 'learningRate', value: 0.1 }),
    ).toMatchObject({ value: 0.1 });
    for (const bad of [
      null,
      3,
      {},
      { type: 'state' },
      { type: 'command', request: 'a', command: 'eval' },
      { type: 'state', request: 'x'.repeat(1000) },
    ]) {
      expect(clientMessage(bad)).toBeUndefined();
    }
  });
});

describe('run ids', () => {
  it('are made in the one form, and nothing else passes', () => {
    const id = newRunId(new Date('2026-01-02T03:04:05Z'));
    expect(id).toMatch(/^20260102-030405-[0-9a-f]{16}$/);
    expect(RUN_ID.test(id)).toBe(true);
    expect(new Set(Array.from({ length: 100 }, () => newRunId())).size).toBe(100);
    for (const bad of [`${id}/..`, `../${id}`, id.toUpperCase().replace(/\d/g, 'G'), '', 7, `${id}\n`]) {
      expect(() => checkRunId(bad)).toThrow(RangeError);
    }
  });
});
