import { afterEach, describe, expect, it } from 'vitest';

import {
  openOutlet,
  type CellRef,
  type CommMessage,
  type Host,
  type MimeBundle,
} from '../../../lib/dist/host/index.js';
import {
  applyChunk,
  kernelMessage,
  recordFromState,
  RUN_COMM_TARGET,
  RUN_MIME,
  RunRecord,
  type KernelMessage,
  type RunControls,
  type StatePart,
} from '../../../lib/dist/run/index.js';
import { addStep, sampleRecord, values } from '../run/support.js';

const KEY = Symbol.for('gradoscope.host');

/** A host that keeps what it is given. */
class RecordingHost implements Host {
  readonly version = 1;
  readonly displays: { id: string | undefined; bundle: MimeBundle }[] = [];
  readonly sent: { data: Record<string, unknown>; buffers: readonly Uint8Array[] }[] = [];
  readonly registered: [string, string][] = [];
  msgId = 'execute-1';
  waiting: CommMessage[] = [];
  steps: boolean[] = [];
  #onMessage: (message: CommMessage) => void = () => undefined;

  cell = (): { id: string; executionCount: number; msgId: string } => ({
    id: 'cell-1',
    executionCount: 1,
    msgId: this.msgId,
  });
  display(
    bundle: MimeBundle,
    { displayId }: { displayId?: string },
  ): { displayId: string; update(bundle: MimeBundle): void } {
    this.displays.push({ id: displayId, bundle });
    return {
      displayId: displayId ?? '',
      update: (next) => void this.displays.push({ id: displayId, bundle: next }),
    };
  }
  comm(
    target: string,
    id: string,
    onMessage: (message: CommMessage) => void,
  ): {
    id: string;
    target: string;
    send: (data: Record<string, unknown>, buffers?: readonly Uint8Array[]) => void;
    close: () => void;
  } {
    this.registered.push([target, id]);
    this.#onMessage = onMessage;
    return {
      id,
      target,
      send: (data, buffers = []) => void this.sent.push({ data: JSON.parse(JSON.stringify(data)), buffers }),
      close: () => undefined,
    };
  }
  readonly withinCells: string[] = [];
  flagged = true;
  interrupted = (): boolean => this.flagged;
  pump(): void {
    for (const message of this.waiting.splice(0)) this.#onMessage(message);
  }
  onStop: () => void = () => undefined;
  onInterrupt = (f: () => void): { dispose(): void } => {
    this.onStop = f;
    return { dispose: () => undefined };
  };
  operating(): void {
    // nothing is ended here
  }
  within<T>(cell: CellRef, f: () => T): T {
    this.withinCells.push(cell.msgId);
    return f();
  }
  showError = (): never => {
    throw new Error('A run shows no errors.');
  };
  stepping(active: boolean): void {
    this.steps.push(active);
  }
  show(): never {
    throw new Error('A run does not show itself as a value.');
  }
  commTarget = (): never => {
    throw new Error('A run registers its comm.');
  };
  openComm = (): never => {
    throw new Error('A run registers its comm.');
  };
  page(): never {
    throw new Error('A run does not go to the pager.');
  }
  clearOutput(): void {
    // nothing was shown
  }
}

const controls = (calls: unknown[] = []): RunControls => ({
  command: (command, value) => {
    calls.push([command, value]);
    return command === 'step' ? 'not paused' : undefined;
  },
  interrupt: () => void calls.push('interrupt'),
  cut: (what) => void calls.push(['cut', what]),
});
const ask = (data: Record<string, unknown>): CommMessage => ({ data, metadata: {}, buffers: [] });

function open(): {
  host: RecordingHost;
  record: RunRecord;
  outlet: ReturnType<typeof openOutlet>;
  calls: unknown[];
} {
  const host = new RecordingHost();
  (globalThis as Record<symbol, unknown>)[KEY] = host;
  const record = sampleRecord(0);
  const calls: unknown[] = [];
  return { host, record, calls, outlet: openOutlet(record, controls(calls)) };
}

afterEach(() => {
  Reflect.deleteProperty(globalThis, KEY);
});

describe('a run in a notebook', () => {
  it('shows one output with its fallbacks, under the run id, and rewrites it at the end', () => {
    const { host, record, outlet } = open();
    expect(host.registered).toEqual([[RUN_COMM_TARGET, record.id]]);
    for (let step = 1; step <= 30; step++) addStep(record, step);
    record.update({ status: 'finished' });
    outlet.close();
    expect(host.displays.map(({ id }) => id)).toEqual([record.id, record.id]);
    const bundle = host.displays.at(-1)?.bundle ?? {};
    expect(Object.keys(bundle).sort()).toEqual(
      [RUN_MIME, 'application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain'].sort(),
    );
    expect(JSON.stringify(bundle).length).toBeLessThan(200_000);
    expect(bundle['text/plain']).toContain('finished');
  });

  it('streams every row once, in order, and answers a page that comes late', async () => {
    const { host, record, outlet } = open();
    for (let step = 1; step <= 40; step++) {
      outlet.enterStep();
      addStep(record, step);
      outlet.exitStep();
      if (step === 25) host.waiting.push(ask({ type: 'state', request: 'late' }));
      outlet.tick();
      if (step % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 110));
    }
    outlet.close();
    const messages = host.sent.map(({ data, buffers }) => kernelMessage(data, buffers));
    const isAppend = (message: KernelMessage): message is Extract<KernelMessage, { type: 'append' }> =>
      message.type === 'append';
    const appends = messages.filter(isAppend);
    expect(appends.length).toBeLessThan(12);
    expect(appends.map(({ chunk }) => chunk.seq)).toEqual(appends.map((_, i) => i + 1));
    const live = new RunRecord(record.header);
    for (const { chunk } of appends) applyChunk(live, chunk);
    expect(values(live)).toEqual(values(record));

    const stateAt = messages.findIndex((message) => message.type === 'state');
    const late = recordFromState(
      messages.filter(
        (message): message is StatePart => message.type === 'state' && message.request === 'late',
      ),
    );
    expect(late.record.series.get('batch_loss')?.length).toBe(25);
    const after = messages.slice(stateAt).filter(isAppend);
    expect(after[0]?.chunk.seq).toBe(late.seq + 1);
    for (const { chunk } of after) applyChunk(late.record, chunk);
    expect(values(late.record)).toEqual(values(record));
  });

  it('acknowledges commands with the step, refuses what it cannot do, and ignores what it does not know', () => {
    const { host, record, outlet, calls } = open();
    record.update({ progress: { step: 12, epoch: 1 } });
    host.waiting.push(
      ask({ type: 'command', request: 'a', command: 'pause' }),
      ask({ type: 'command', request: 'b', command: 'step' }),
      ask({ type: 'command', request: 'c', command: 'learningRate', value: 0.1 }),
      ask({ type: 'command', request: 'd', command: 'format' }),
      ask({ type: 'eval', request: 'e', code: '1' }),
    );
    outlet.tick();
    const acks = host.sent.map(({ data }) => data).filter(({ type }) => type === 'ack');
    expect(acks).toEqual([
      { type: 'ack', request: 'a', command: 'pause', ok: true, step: 12 },
      { type: 'ack', request: 'b', command: 'step', ok: false, step: 12, message: 'not paused' },
      { type: 'ack', request: 'c', command: 'learningRate', ok: true, step: 12 },
    ]);
    expect(calls).toEqual([
      ['pause', undefined],
      ['step', undefined],
      ['learningRate', 0.1],
    ]);
    record.update({ status: 'finished' });
    host.waiting.push(ask({ type: 'command', request: 'f', command: 'stop' }));
    outlet.tick();
    expect(host.sent.at(-1)?.data).toMatchObject({ request: 'f', ok: false, message: 'The run has ended.' });
  });

  it('ends when its own cell is interrupted, and pauses when no cell runs', () => {
    const { host, calls } = open();
    host.onStop();
    host.flagged = false;
    host.onStop();
    expect(calls).toEqual(['interrupt', ['pause', undefined]]);
  });

  it('guards each step, and is a line of text in its own cell and a chart in others', () => {
    const { host, outlet } = open();
    outlet.enterStep();
    outlet.exitStep();
    expect(host.steps).toEqual([true, false]);
    expect(Object.keys(outlet.represent())).toEqual(['text/plain']);
    host.msgId = 'execute-2';
    expect(Object.keys(outlet.represent())).toContain(RUN_MIME);
  });
});

describe('a run in a terminal', () => {
  it('takes no host of another version', () => {
    (globalThis as Record<symbol, unknown>)[KEY] = { version: 2 };
    const written: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((text: string) => written.push(text) > 0) as typeof write;
    try {
      const record = sampleRecord(3);
      const outlet = openOutlet(record, controls());
      outlet.tick();
      record.update({ status: 'finished' });
      outlet.close();
    } finally {
      process.stdout.write = write;
    }
    expect(written.join('')).toMatch(/sample: finished/);
  });
});
