import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RunModel } from '../../extension/dist/model/run-model.js';
import { newRunId, snapshot, type RunRecord } from '../../lib/dist/run/index.js';
import { KernelSide, type Message } from './kernel-side.js';

let kernel: KernelSide;
let model: RunModel;

beforeEach(() => {
  vi.useFakeTimers();
  kernel = new KernelSide();
  model = new RunModel(kernel.id);
});
afterEach(() => {
  model.dispose();
  vi.useRealTimers();
});

const receive = (...messages: Message[]): void =>
  messages.forEach(({ data, buffers }) => model.receive(data, buffers));

/** Everything that a record holds, for comparison. */
const contents = (record: RunRecord | undefined): unknown =>
  record === undefined
    ? undefined
    : [...record.series.values()].map((series) => ({
        spec: series.spec,
        count: series.count,
        steps: [...series.axis('step')],
        values: [...series.values()],
        texts: [...series.texts()],
      }));

/** Has the model what the kernel has? */
const expectEqual = (): void => {
  expect(contents(model.record)).toEqual(contents(kernel.record));
  expect(model.record?.header.progress).toEqual(kernel.record.header.progress);
  expect(model.seq).toBe(kernel.writer.seq);
};

/** Attaches the model to a kernel that has done 10 steps, and answers its first request. */
const attach = (): void => {
  receiveLate(kernel.append(10));
  model.attach(kernel.link);
  receive(...kernel.state());
};
const receiveLate = (_message: Message): void => undefined; // sent before this client came

describe('a snapshot', () => {
  test('is shown without a kernel', () => {
    kernel.train(30);
    model.load(snapshot(kernel.record, { seq: 4 }));
    expect(contents(model.record)).toEqual(contents(kernel.record));
    expect(model).toMatchObject({ seq: 4, live: false, synced: false });
  });

  test('of a newer chunk replaces what is held, an older one does not', () => {
    kernel.train(3);
    model.load(snapshot(kernel.record, { seq: 1 }));
    kernel.train(3);
    model.load(snapshot(kernel.record, { seq: 2 }));
    expect(model.record?.series.get('batch_loss')?.length).toBe(6);
    const other = new KernelSide(kernel.id);
    model.load(snapshot(other.record, { seq: 1 }));
    expect(model.record?.series.get('batch_loss')?.length).toBe(6);
  });

  test('does not replace what a live kernel sent', () => {
    attach();
    const { record } = model;
    model.load(snapshot(new KernelSide(kernel.id).record, { seq: 1000 }));
    expect(model.record).toBe(record);
  });

  test('of a newer major version, of another run or malformed is refused', () => {
    const json = snapshot(kernel.record);
    expect(() => model.load({ ...json, version: '2.0' })).toThrow(/format 2\.0.*reads 1\.x.*Update/);
    expect(() => model.load(snapshot(new KernelSide(newRunId()).record))).toThrow(/snapshot is of run/);
    expect(() => model.load({ ...json, chunk: { seq: 'x' } })).toThrow(TypeError);
    expect(() => model.load(null)).toThrow(TypeError);
    expect(model.record).toBeUndefined();
  });

  test('of a newer minor version is shown', () => {
    kernel.train(2);
    model.load({ ...snapshot(kernel.record), version: '1.9', invented: { later: true } });
    expect(contents(model.record)).toEqual(contents(kernel.record));
  });
});

describe('following a kernel', () => {
  test('asks for the state and then applies chunks in order', () => {
    attach();
    expectEqual();
    for (let i = 0; i < 50; i++) receive(kernel.append(i % 4));
    expectEqual();
    expect(kernel.requests('state')).toHaveLength(1);
    expect(model).toMatchObject({ live: true, synced: true });
  });

  test('goes on from a snapshot while the state is on its way', () => {
    model.load(snapshot(kernel.record, { seq: 0 }));
    model.attach(kernel.link);
    receive(kernel.append(5));
    expect(model.record?.series.get('batch_loss')?.length).toBe(5);
    receive(...kernel.state());
    expectEqual();
  });

  test('ignores chunks seen already', () => {
    attach();
    const message = kernel.append(3);
    receive(message, message);
    expectEqual();
    expect(kernel.requests('state')).toHaveLength(1);
  });

  test('asks again after a gap, and loses nothing', () => {
    attach();
    receiveLate(kernel.append(2)); // lost
    receive(kernel.append(2));
    expect(model.record?.series.get('batch_loss')?.length).toBe(10);
    vi.advanceTimersByTime(1000);
    expect(kernel.requests('state')).toHaveLength(2);
    const answer = kernel.state();
    receive(kernel.append(2), ...answer, kernel.append(2));
    expectEqual();
  });

  test('asks again when rows are missing although seq fits', () => {
    attach();
    const { data, buffers } = kernel.append(2);
    const chunk = data['chunk'] as { blocks: { from: number }[] };
    for (const block of chunk.blocks) block.from += 1;
    model.receive(data, buffers);
    vi.advanceTimersByTime(1000);
    expect(kernel.requests('state')).toHaveLength(2);
    receive(...kernel.state());
    expectEqual();
  });

  test('asks ever more rarely when gaps keep coming', () => {
    attach();
    for (let second = 0; second < 120; second++) {
      receiveLate(kernel.append());
      receive(kernel.append());
      vi.advanceTimersByTime(1000);
      const request = kernel.lastRequest('state');
      receive(...kernel.state(request));
    }
    expect(kernel.requests('state').length).toBeLessThan(20);
    expect(kernel.requests('state').length).toBeGreaterThan(5);
  });

  test("ignores another client's state", () => {
    model.attach(kernel.link);
    kernel.append(4);
    receive(...kernel.state('another-1'));
    expect(model.record).toBeUndefined();
    receive(...kernel.state());
    expectEqual();
  });

  test('puts a state of several parts together, with chunks in between', () => {
    kernel.append(20_000);
    model.attach(kernel.link);
    const parts = kernel.state();
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      receive(part, kernel.append(3));
      if (part !== parts.at(-1)) expect(model.record).toBeUndefined();
    }
    expectEqual();
    expect(kernel.requests('state')).toHaveLength(1);
  });

  test('asks again when a part is missing or the answer stops coming', () => {
    kernel.append(20_000);
    model.attach(kernel.link);
    const [first, , third] = kernel.state();
    receive(first as Message, third as Message);
    vi.advanceTimersByTime(1000);
    expect(kernel.requests('state')).toHaveLength(2);
    receive(kernel.state()[0] as Message);
    vi.advanceTimersByTime(60_000);
    expect(kernel.requests('state').length).toBeGreaterThan(2);
    receive(...kernel.state());
    expectEqual();
  });

  test('keeps the true counts of a run too long to be sent whole', () => {
    kernel.append(70_000);
    model.attach(kernel.link);
    receive(...kernel.state(), kernel.append(5));
    const loss = model.record?.series.get('batch_loss');
    expect(loss?.count).toBe(70_005);
    expect(loss?.decimated).toBe(true);
    expect(loss?.axis('step').at(-1)).toBe(70_005);
  });

  test('says that a message is of a newer version, and does not ask in vain', () => {
    model.attach(kernel.link);
    kernel.append(2);
    const [{ data, buffers }] = kernel.state() as [Message];
    model.receive({ ...data, header: { ...(data['header'] as object), version: '3.1' } }, buffers);
    expect(model.problem).toMatch(/format 3\.1/);
    expect(kernel.requests('state')).toHaveLength(1);
  });

  test('recovers from a message that is not one', () => {
    attach();
    const messages: unknown[] = [
      null,
      {},
      { type: 'append' },
      { type: 'append', chunk: { seq: 11, specs: [], blocks: [{ name: 'x' }] } },
    ];
    for (const message of messages) model.receive(message, []);
    expect(model.problem).toBeDefined();
    vi.advanceTimersByTime(60_000);
    receive(...kernel.state());
    expect(model.problem).toBeUndefined();
    expectEqual();
  });
});

describe('commands', () => {
  test('settle with the acknowledgement of their own request', async () => {
    attach();
    const done = model.command('pause');
    receive(kernel.ack({ request: 'another-7', step: 1 }), kernel.ack({ step: 12 }));
    await expect(done).resolves.toMatchObject({ ok: true, step: 12 });
  });

  test('are refused without a kernel', async () => {
    await expect(model.command('stop')).rejects.toThrow('No live kernel');
  });

  test('fail when the kernel goes away', async () => {
    attach();
    const done = model.command('stop');
    model.detach();
    await expect(done).rejects.toThrow('gone');
  });
});

describe('when the kernel is gone', () => {
  test('what was seen stays, and later messages change nothing', () => {
    attach();
    const late = kernel.append(5);
    model.detach();
    receive(late);
    expect(model).toMatchObject({ live: false, synced: false });
    expect(model.record?.series.get('batch_loss')?.length).toBe(10);
    vi.advanceTimersByTime(120_000);
    expect(kernel.requests('state')).toHaveLength(1);
  });

  test('it is followed again when it comes back', () => {
    attach();
    model.detach();
    kernel.append(5);
    model.attach(kernel.link);
    vi.advanceTimersByTime(1000);
    receive(...kernel.state());
    expectEqual();
  });

  test('listeners hear of each change', () => {
    const heard: string[] = [];
    model.changed.connect((_, change) => heard.push(change));
    attach();
    receive(kernel.append());
    model.detach();
    expect(heard).toEqual(['live', 'record', 'record', 'live']);
  });
});
