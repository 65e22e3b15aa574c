import { describe, expect, it } from 'vitest';
import { Inlet } from '../../kernel/dist/io/inlet.js';
import { RingReader, ringMemory, RingWriter, type Chunk } from '../../kernel/dist/shared/ring.js';

/** All text up to the end or to a barrier. */
const drain = (reader: RingReader): string[] => {
  const found: string[] = [];
  for (let chunk = reader.next(); chunk && 'text' in chunk; chunk = reader.next()) {
    found.push(`${chunk.seq}:${chunk.name}:${chunk.text}`);
  }
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

  it('stops at a barrier until it is passed', () => {
    const memory = ringMemory(1024);
    const writer = new RingWriter(memory, () => undefined);
    const reader = new RingReader(memory);
    writer.write(1, 'stdout', 'before');
    const mark = writer.barrier();
    writer.write(1, 'stdout', 'after');
    expect(drain(reader)).toEqual(['1:stdout:before']);
    expect(reader.next()).toEqual({ barrier: mark });
    expect(drain(reader)).toEqual([]);
    reader.pass();
    expect(drain(reader)).toEqual(['1:stdout:after']);
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

describe('Inlet', () => {
  const make = (): { writer: RingWriter; inlet: Inlet; seen: string[] } => {
    const memory = ringMemory(1024);
    const seen: string[] = [];
    const core = {
      stream: (chunk: Chunk) => void seen.push(chunk.text),
      fromMain: (m: { type: string }) => void seen.push(m.type),
    };
    const inlet = new Inlet(new RingReader(memory), core, { backlog: 0 });
    return { writer: new RingWriter(memory, () => undefined), inlet, seen };
  };
  const message = (mark: number) => ({ type: 'comm-remove' as const, id: 'x', mark });

  it('keeps text that is younger than a message behind it, whichever is read first', () => {
    const { writer, inlet, seen } = make();
    writer.write(1, 'stdout', 'a');
    const mark = writer.barrier();
    writer.write(1, 'stdout', 'b');
    inlet.drain();
    expect(seen).toEqual(['a']);
    inlet.take(message(mark));
    expect(seen).toEqual(['a', 'comm-remove', 'b']);
  });

  it('gets over a barrier whose message a termination has swallowed', () => {
    const { writer, inlet, seen } = make();
    writer.barrier();
    writer.write(1, 'stdout', 'a');
    inlet.drain();
    inlet.take(message(writer.barrier()));
    expect(seen).toEqual(['a', 'comm-remove']);
  });
});
