import type { Done, ExecuteJob } from '../shared/protocol.js';
import { isRecord, type Content, type Header, type Incoming } from '../wire/message.js';
import type { Core, RequestChannel } from './core.js';

interface Waiting {
  readonly channel: RequestChannel;
  readonly request: Incoming;
}

interface Running extends Waiting {
  readonly job: ExecuteJob;
  /** Counted, and kept in the history. */
  readonly stored: boolean;
  readonly started: string;
}

/** What arrives within this time after an error is aborted too. */
const ABORT_MS = 10;

/** Execute requests, one after the other. The next one begins when all output of the one before has left. */
export class ExecuteQueue {
  readonly #core: Core;
  #waiting: Waiting[] = [];
  #running: Running | undefined;
  #count = 0;
  #seq = 0;
  #given = 0;
  #last = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The request that runs. */
  get request(): Incoming | undefined {
    return this.#running?.request;
  }

  /** Header of the request that runs. */
  get running(): Header | undefined {
    return this.#running?.request.header;
  }

  /** Sequence number of the cell that the main thread was given and has not ended; 0: none. */
  get given(): number {
    return this.#given;
  }

  add(channel: RequestChannel, request: Incoming): void {
    this.#waiting.push({ channel, request });
    this.#next();
  }

  #next(): void {
    if (this.#running || this.#last) return;
    const next = this.#waiting.shift();
    if (!next) return;
    const { content, header, metadata } = next.request;
    this.#core.status(header, 'busy');
    const code = typeof content.code === 'string' ? content.code : '';
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) this.#count += 1;
    const job: ExecuteJob = {
      type: 'execute',
      seq: ++this.#seq,
      msgId: header.msg_id,
      cellId: typeof metadata.cellId === 'string' ? metadata.cellId : undefined,
      code,
      silent,
      allowStdin: content.allow_stdin === true,
      executionCount: this.#count,
      userExpressions: strings(content.user_expressions),
    };
    this.#running = { ...next, job, stored, started: new Date().toISOString() };
    this.#core.remember(job.seq, header, silent);
    if (stored) this.#core.history.add(job.executionCount, code);
    if (!silent) {
      const input = { code, execution_count: job.executionCount };
      this.#core.options.outbox.push({ type: 'execute_input', parent: header, content: input });
      const obituary = this.#core.options.lastWords.obituary();
      if (obituary !== undefined) this.#core.options.outbox.stream(header, 'stderr', obituary);
    }
    this.#given = job.seq;
    this.#core.options.lastWords.begin(job.executionCount);
    this.#core.options.memory.begin(job.seq);
    this.#core.options.toMain(job);
  }

  done(done: Done): void {
    const running = this.#running;
    if (!running || running.job.seq !== done.seq) return;
    this.#given = 0;
    this.#last = done.last === true;
    this.#core.options.lastWords.end();
    this.#core.options.memory.end();
    this.#core.options.prompts.cancel(done.seq);
    void this.#finish(running, done);
  }

  async #finish({ channel, request, job, stored, started }: Running, done: Done): Promise<void> {
    const core = this.#core;
    const count = { execution_count: job.executionCount };
    const metadata = { started, dependencies_met: true, status: done.error ? 'error' : 'ok' };
    if (done.result !== undefined && stored) core.history.result(job.executionCount, done.result);
    if (done.error && !job.silent) core.publishError(request.header, { ...done.error });
    // Clients that have seen the reply give `idle` little time: the output goes first.
    await core.options.outbox.drained(request.header.msg_id);
    const content: Content = done.error
      ? { status: 'error', ...count, ...done.error, user_expressions: {}, payload: [] }
      : { status: 'ok', ...count, user_expressions: done.userExpressions, payload: done.payload ?? [] };
    const stops = this.#last || (done.error !== undefined && request.content.stop_on_error !== false);
    // What was sent together with the failed request may be on its way still; what is sent after its reply shall run.
    if (stops) await new Promise((resolve) => setTimeout(resolve, ABORT_MS));
    const aborted = stops ? this.#waiting.splice(0) : [];
    core.reply(channel, request, content, metadata);
    core.status(request.header, 'idle');
    for (const waiting of aborted) this.#abort(waiting);
    this.#running = undefined;
    this.#next();
  }

  #abort({ channel, request }: Waiting): void {
    this.#core.status(request.header, 'busy');
    this.#core.reply(
      channel,
      request,
      { status: 'aborted', execution_count: this.#count },
      { status: 'aborted' },
    );
    this.#core.status(request.header, 'idle');
  }
}

function strings(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
