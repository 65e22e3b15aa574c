import { describe, expect, it } from 'vitest';
import { RingReader, ringMemory, RingWriter } from '../../kernel/dist/shared/ring.js';

const drain = (reader: RingReader, limit?: number): string[] => {
  const found: string[] = [];
  for (let chunk = reader.next(limit); chunk; chunk = reader.next(limit))
    found.push(`${chunk.seq}:${chunk.name}:${chunk.text}`);
  return found;
};

describe('the ring between the threads', () => {
  it('keeps order, cell, stream and text through many turns', () => {
    const memory = ringMemory(1024);
    const writer = new RingWriter(memory, () => undefined);
    const reader = new RingReader(memory);
    for (let i = 0; i < 1000; i++) {
      const text = `é😀${'x'.repeat(i % 50)}`;
      writer.write(i, i % 3 === 0 ? 'stderr' : 'stdout', text);
      expect(drain(reader)).toEqual([`${i}:${i % 3 === 0 ? 'stderr' : 'stdout'}:${text}`]);
    }
  });

  it('reads up to a mark only', () => {
    const memory = ringMemory(1024);
    const writer = new RingWriter(memory, () => undefined);
    const reader = new RingReader(memory);
    writer.write(1, 'stdout', 'before');
    const mark = writer.position;
    writer.write(1, 'stdout', 'after');
    expect(drain(reader, mark)).toEqual(['1:stdout:before']);
    expect(drain(reader)).toEqual(['1:stdout:after']);
    expect(drain(reader, mark)).toEqual([]);
  });

  it('wakes a sleeping reader once', () => {
    let kicks = 0;
    const memory = ringMemory(1024);
    const writer = new RingWriter(memory, () => (kicks += 1));
    const reader = new RingReader(memory);
    writer.write(1, 'stdout', 'a');
    expect(kicks).toBe(0);
    drain(reader);
    expect(reader.sleep()).toBe(true);
    writer.write(1, 'stdout', 'b');
    writer.write(1, 'stdout', 'c');
    expect(kicks).toBe(1);
  });
});
