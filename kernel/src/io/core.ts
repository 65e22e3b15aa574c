import { pieces, type Chunk } from '../shared/ring.js';
import type { Done, FromMain, KernelInfo, ToMain, ToMainUrgent } from '../shared/protocol.js';
import type { Connection } from '../wire/connection.js';
import type { Content, Header, Incoming, Outgoing } from '../wire/message.js';
import { Comms } from './comms.js';
import { handlers, type Handler } from './handlers.js';
import type { History } from './history/history.js';
import type { Outbox } from './outbox.js';
import type { Prompts, Question } from './prompts.js';
import type { LastWords } from './last-words.js';
import type { MemoryGuard } from './memory-guard.js';
import { ExecuteQueue } from './queue.js';
import { Usage } from './usage.js';

export type RequestChannel = 'shell' | 'control';

export interface CoreOptions {
  readonly info: KernelInfo;
  readonly connection: Pick<Connection, 'ports'>;
  readonly history: History;
  readonly prompts: Prompts;
  readonly outbox: Outbox;
  readonly lastWords: LastWords;
  readonly memory: MemoryGuard;
  readonly reply: (channel: RequestChannel, identities: readonly Uint8Array[], message: Outgoing) => void;
  readonly toMain: (message: ToMain) => void;
  readonly urgent: (message: ToMainUrgent) => void;
  /** @param seq The cell that shall end; 0: none runs. */
  readonly interrupt: (seq: number) => void;
  /** Called when the reply to shutdown_request is on its way. */
  readonly shutdown: () => void;
  /** Bytes of a published message have reached the socket. */
  readonly sent: (bytes: number) => void;
}

/** After an interrupt, at most this much text of the cell that waits is still sent. */
const KEPT_AFTER_INTERRUPT = 1_000_000;
const REMEMBERED_CELLS = 10_000;

/** The message layer without its sockets: requests in, replies and iopub out. */
export class Core {
  readonly comms = new Comms();
  readonly history: History;
  readonly usage = new Usage();
  readonly queue: ExecuteQueue;
  readonly #parents = new Map<number, { header: Header; silent: boolean }>();
  readonly #queries = new Map<number, (content: Content) => void>();
  #query = 0;

  constructor(readonly options: CoreOptions) {
    this.history = options.history;
    this.queue = new ExecuteQueue(this);
  }

  /** Takes a request of a client; unknown types are ignored, as the protocol asks. */
  async handle(channel: RequestChannel, request: Incoming): Promise<void> {
    const handler: Handler | undefined = handlers[request.header.msg_type];
    if (!handler) return;
    this.status(request.header, 'busy');
    try {
      const content = await handler(this, request, channel);
      await this.options.outbox.drained(request.header.msg_id);
      if (content) this.reply(channel, request, content);
    } catch (error) {
      const evalue = error instanceof Error ? error.message : String(error);
      this.reply(channel, request, { status: 'error', ename: 'KernelError', evalue, traceback: [evalue] });
    }
    this.status(request.header, 'idle');
    // Clients take any status for the kernel's: while a cell runs, it is busy again.
    const { running } = this.queue;
    if (running !== undefined) this.status(running, 'busy');
  }

  reply(channel: RequestChannel, request: Incoming, content: Content, metadata?: Content): void {
    if (!request.header.msg_type.endsWith('_request')) return;
    const type = request.header.msg_type.replace(/_request$/, '_reply');
    this.options.reply(channel, request.identities, {
      type,
      parent: request.header,
      content,
      ...(metadata && { metadata }),
    });
  }

  status(parent: Header | undefined, state: 'starting' | 'busy' | 'idle'): void {
    this.options.outbox.push({ type: 'status', parent, content: { execution_state: state } });
  }

  /** Remembers which request a cell's output belongs to, also long after the cell has ended. */
  remember(seq: number, header: Header, silent: boolean): void {
    this.#parents.set(seq, { header, silent });
    const [oldest] = this.#parents.keys();
    if (this.#parents.size > REMEMBERED_CELLS && oldest !== undefined) this.#parents.delete(oldest);
  }

  /** Asks the main thread, which answers when user code lets it. */
  ask(kind: 'complete' | 'inspect' | 'is_complete', code: string, cursor: number): Promise<Content> {
    const id = ++this.#query;
    return new Promise((resolve) => {
      this.#queries.set(id, resolve);
      this.options.toMain({ type: 'query', id, kind, code, cursor });
    });
  }

  /** Text of a cell's stdout or stderr. */
  stream(chunk: Chunk): void {
    const cell = this.#parents.get(chunk.seq);
    if (cell && !cell.silent) this.options.outbox.stream(cell.header, chunk.name, chunk.text);
  }

  /** Text of the worker's own on the stderr of a cell; 0: the last one. */
  note(seq: number, text: string): void {
    const cell = this.#parents.get(seq) ?? [...this.#parents.values()].at(-1);
    if (cell && !cell.silent) this.options.outbox.stream(cell.header, 'stderr', text);
  }

  /** A message of the main thread, once all older stream text has been taken. */
  fromMain(message: Exclude<FromMain, { type: 'kick' | 'close' }>): void {
    switch (message.type) {
      case 'publish':
        return this.#publish(message);
      case 'done':
        return this.#done(message);
      case 'answer':
        this.#queries.get(message.id)?.(message.content);
        this.#queries.delete(message.id);
        return;
      case 'comm-register':
        return this.comms.register(message.id, message.target, message.closable);
      case 'comm-target':
        return this.comms.setTarget(message.target, message.open);
      case 'input':
        void this.#ask(message);
        return;
      case 'comm-remove':
        return this.comms.remove(message.id);
    }
  }

  /** Asks the client that runs the cell, once it has all of the cell's output so far. */
  async #ask(question: Question): Promise<void> {
    const { request } = this.queue;
    if (request) await this.options.outbox.drained(request.header.msg_id);
    if (request && this.queue.given === question.seq) return this.options.prompts.ask(question, request);
    const error = 'input() and password() work only while their cell runs.';
    this.options.toMain({ type: 'input', id: question.id, error });
  }

  #publish(message: Extract<FromMain, { type: 'publish' }>): void {
    const cell = this.#parents.get(message.seq);
    const size = message.content.length + (message.buffers ?? []).reduce((sum, b) => sum + b.byteLength, 0);
    const sent = (): void => this.options.sent(size);
    if (!cell || (cell.silent && message.lane === undefined)) return sent();
    const { msgType: type, content, metadata, buffers } = message;
    this.options.outbox.push(
      { type, parent: cell.header, content, ...(metadata && { metadata }), ...(buffers && { buffers }) },
      message.lane,
      sent,
    );
  }

  #done(done: Done): void {
    const cell = this.#parents.get(done.seq);
    if (cell && done.interrupted) {
      const dropped = this.options.outbox.cut(cell.header.msg_id, KEPT_AFTER_INTERRUPT);
      if (dropped > 0) {
        const note = `\n[interrupted: the last ${dropped} characters of output, not yet sent, are left out]\n`;
        for (const text of pieces(note)) this.options.outbox.stream(cell.header, 'stderr', text);
      }
    }
    this.queue.done(done);
  }

  publishError(parent: Header, error: Content): void {
    this.options.outbox.push({ type: 'error', parent, content: error });
  }
}
