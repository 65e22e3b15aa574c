import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outbox } from '../../kernel/dist/io/outbox.js';
import type { Header, Outgoing } from '../../kernel/dist/wire/message.js';

const header = (id: string): Header => ({
  msg_id: id,
  msg_type: 'execute_request',
  session: 's',
  username: '',
  date: '',
  version: '5.4',
});
const [a, b] = [header('a'), header('b')];

interface Sent {
  at: number;
  type: string;
  parent: string | undefined;
  text: string;
  bytes: number;
}

describe('Outbox', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const make = (direct = false): { outbox: Outbox; sent: Sent[] } => {
    const sent: Sent[] = [];
    const send = (message: Outgoing): number => {
      const content = typeof message.content === 'string' ? message.content : JSON.stringify(message.content);
      const { text = '' } = JSON.parse(content) as { text?: string };
      sent.push({
        at: Date.now(),
        type: message.type,
        parent: message.parent?.msg_id,
        text,
        bytes: content.length,
      });
      return content.length;
    };
    return { outbox: new Outbox({ send, now: () => Date.now(), direct: () => direct }), sent };
  };

  it('merges the text of one stream and keeps the order of two', async () => {
    const { outbox, sent } = make();
    for (const text of ['1', '2', '3']) outbox.stream(a, 'stdout', text);
    outbox.stream(a, 'stderr', 'e');
    outbox.stream(a, 'stdout', '4');
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.map((s) => s.text)).toEqual(['123', 'e', '4']);
  });

  it('sends text before what follows it, at once', () => {
    const { outbox, sent } = make();
    outbox.stream(a, 'stdout', 'x');
    outbox.push({ type: 'display_data', parent: a, content: {} });
    expect(sent.map((s) => s.type)).toEqual(['stream', 'display_data']);
  });

  it('does not mix cells', async () => {
    const { outbox, sent } = make();
    for (let i = 0; i < 5; i++) for (const cell of [a, b]) outbox.stream(cell, 'stdout', cell.msg_id);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.map((s) => s.text).sort()).toEqual(['aaaaa', 'bbbbb']);
  });

  it('never cuts a surrogate pair', async () => {
    const { outbox, sent } = make();
    const text = 'x' + '😀'.repeat(100_000);
    outbox.stream(a, 'stdout', text);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.map((s) => s.text).join('')).toBe(text);
    // A lone surrogate does not survive UTF-8.
    expect(sent.every((s) => Buffer.from(s.text).toString() === s.text)).toBe(true);
  });

  /** What the Jupyter server measures: messages and stream bytes in any window of 3 s. */
  const worst = (sent: Sent[], weigh: (s: Sent) => number): number => {
    const counted = sent.filter((s) => s.type !== 'status');
    return Math.max(
      ...counted.map((s) =>
        counted.filter((o) => o.at >= s.at && o.at < s.at + 3000).reduce((sum, o) => sum + weigh(o), 0),
      ),
    );
  };

  it('keeps below the limits, loses nothing, and sends idle last', async () => {
    const { outbox, sent } = make();
    const line = `${'y'.repeat(60)}\n`;
    for (let i = 0; i < 100_000; i++) outbox.stream(a, 'stdout', line);
    outbox.push({ type: 'status', parent: a, content: { execution_state: 'idle' } });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sent.map((s) => s.text).join('')).toBe(line.repeat(100_000));
    expect(sent.at(-1)?.type).toBe('status');
    expect(worst(sent, (s) => s.bytes)).toBeLessThan(3_000_000);
  });

  it('keeps below the limit of messages', async () => {
    const { outbox, sent } = make();
    for (let i = 0; i < 5000; i++) outbox.push({ type: 'display_data', parent: a, content: {} });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sent).toHaveLength(5000);
    expect(worst(sent, () => 1)).toBeLessThan(3000);
  });

  it('lets another request through a backlog', async () => {
    const { outbox, sent } = make();
    outbox.stream(a, 'stdout', 'z'.repeat(5_000_000));
    await vi.advanceTimersByTimeAsync(100);
    outbox.push({ type: 'status', parent: b, content: { execution_state: 'busy' } });
    expect(sent.at(-1)).toMatchObject({ type: 'status', parent: 'b' });
  });

  it('leaves a part of the limits to other lanes than a long one', async () => {
    const { outbox, sent } = make();
    outbox.stream(a, 'stdout', 'z'.repeat(10_000_000));
    await vi.advanceTimersByTimeAsync(100);
    outbox.stream(b, 'stdout', 'mine');
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.at(-1)?.parent).toBe('b');
  });

  it('sends all at once to clients that read by themselves', async () => {
    const { outbox, sent } = make(true);
    outbox.stream(a, 'stdout', 'z'.repeat(10_000_000));
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.reduce((sum, s) => sum + s.text.length, 0)).toBe(10_000_000);
  });

  it('tells when all of a request is sent, whatever its lane', async () => {
    const { outbox, sent } = make();
    outbox.stream(a, 'stdout', 'w'.repeat(2_000_000));
    for (let i = 0; i < 4000; i++) outbox.push({ type: 'comm_msg', parent: a, content: {} }, 'comm 1');
    let drained = false;
    void outbox.drained('a').then(() => (drained = true));
    outbox.push({ type: 'comm_msg', parent: b, content: {} }, 'comm 1');
    await vi.advanceTimersByTimeAsync(500);
    expect(drained).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(drained).toBe(true);
    expect(sent.filter((s) => s.parent === 'a' && s.type === 'comm_msg')).toHaveLength(4000);
  });
});
