import type { RunLink } from '../../extension/dist/model/run-model.js';
import {
  appendMessage,
  ChunkWriter,
  newRunId,
  RunRecord,
  stateMessages,
  type Ack,
  type ClientMessage,
  type JsonObject,
} from '../../lib/dist/run/index.js';

export interface Message {
  data: JsonObject;
  buffers: Uint8Array[];
}

/** A message as it is after its way through JSON. */
export const wire = ({ data, buffers }: Message): Message => ({
  data: JSON.parse(JSON.stringify(data)) as JsonObject,
  buffers,
});

/** The kernel's end of a run's comm, with a record that grows and messages made as the real publisher makes them. */
export class KernelSide {
  readonly record: RunRecord;
  readonly writer: ChunkWriter;
  /** What the client sent. */
  readonly received: ClientMessage[] = [];
  readonly link: RunLink = { send: (message) => void this.received.push(message) };
  #step = 0;

  constructor(readonly id: string = newRunId()) {
    this.record = new RunRecord({
      id,
      name: 'run',
      createdAt: new Date(0).toISOString(),
      status: 'running',
      config: {},
      environment: {},
    });
    this.writer = new ChunkWriter(this.record);
    this.record.declare({
      name: 'gradient_norm',
      unit: '',
      kind: 'vector',
      shape: [2],
      dtype: 'float32',
      labels: ['a', 'b'],
    });
  }

  /** Does `n` steps. */
  train(n: number): void {
    for (let i = 0; i < n; i++) {
      const step = ++this.#step;
      const at = { step, time: step / 10, epoch: step / 100, examples: step * 32 };
      this.record.scalar('batch_loss', at, step % 7 === 0 ? NaN : 1 / step);
      this.record.append('gradient_norm', at, [step, step % 5 === 0 ? Infinity : -step]);
      if (step % 10 === 0) this.record.event('note', at, `step ${step}`);
    }
    this.record.update({ progress: { step: this.#step, epoch: this.#step / 100 } });
  }

  /** The next append message. */
  append(n = 1): Message {
    this.train(n);
    const chunk = this.writer.next();
    if (chunk === undefined) throw new Error('nothing is new');
    return wire(appendMessage(chunk));
  }

  /** The answer to the newest state request (or to `request`). */
  state(request = this.lastRequest('state')): Message[] {
    return stateMessages(this.record, this.writer.seq, request).map(wire);
  }

  ack(patch: Partial<Ack> = {}): Message {
    return {
      data: {
        type: 'ack',
        request: this.lastRequest('command'),
        command: 'pause',
        ok: true,
        step: this.#step,
        ...patch,
      },
      buffers: [],
    };
  }

  requests(type: ClientMessage['type']): string[] {
    return this.received.filter((message) => message.type === type).map(({ request }) => request);
  }

  lastRequest(type: ClientMessage['type']): string {
    const request = this.requests(type).at(-1);
    if (request === undefined) throw new Error(`the client sent no ${type} request`);
    return request;
  }
}
