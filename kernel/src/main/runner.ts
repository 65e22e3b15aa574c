import type { Engine, Outcome } from '../engine/engine.js';
import type { Preloads } from '../preload/preloads.js';
import type { Flags } from '../shared/flags.js';
import type { ErrorReport, ExecuteJob } from '../shared/protocol.js';
import type { Content } from '../wire/message.js';
import { toBundle } from './bundle.js';
import { Cell } from './cell.js';
import type { Context } from './context.js';
import type { KernelHost } from './host.js';
import type { Output } from './output.js';
import { cellScope, type Scope } from './scope.js';

/** A trainer of the running cell may take this long to reach its step boundary. */
const HANDLER_MS = 1000;
/** After its handlers have gone, a cell may take this long to end on its own. */
const SETTLE_MS = 50;

const INTERRUPTED: ErrorReport = {
  ename: 'KeyboardInterrupt',
  evalue: 'The cell was interrupted.',
  traceback: ['KeyboardInterrupt: The cell was interrupted.'],
};

interface Running {
  readonly cell: Cell;
  readonly job: ExecuteJob;
  readonly restore: () => void;
  asked: boolean;
  ended: boolean;
}

interface Ended {
  readonly error?: ErrorReport;
  readonly result?: string;
  readonly userExpressions?: Content;
}

/** Runs cells one at a time and ends them when the client interrupts. */
export class Runner {
  #running: Running | undefined;

  constructor(
    private readonly engine: () => Engine,
    private readonly preloads: Preloads,
    private readonly context: Context,
    private readonly output: Output,
    private readonly flags: Flags,
    private readonly host: KernelHost,
  ) {}

  start(job: ExecuteJob): void {
    const cell = new Cell(job.seq, job.msgId, job.cellId, job.executionCount);
    this.context.add(cell);
    this.context.running = this.context.last = cell;
    const running: Running = { cell, job, restore: this.preloads.guard(), asked: false, ended: false };
    this.#running = running;
    this.flags.set('handlers', 0);
    this.flags.set('interrupted', 0);
    this.flags.set('terminated', 0);
    this.flags.set('running', cell.seq);
    // A termination ends this promise without a word: the cell's end then comes from interrupt().
    this.#execute(running).then(
      (ended) => this.#end(running, ended),
      (error: unknown) => this.#end(running, { error: this.engine().report(error) }),
    );
  }

  async #execute({ cell, job }: Running): Promise<Ended> {
    const engine = this.engine();
    if (job.code.trim() === '') return {};
    await this.preloads.prepare(engine.imports(job.code));
    const scope = cellScope(cell, this.context, this.output);
    const outcome = await this.context.run(cell, () => engine.execute(job.code, scope));
    if (cell.dead) return {};
    if (outcome.status === 'error') return { error: outcome.error };
    let result: string | undefined;
    if (outcome.value) {
      const data = await toBundle(outcome.value.value);
      if (!job.silent)
        this.output.publish(cell, 'execute_result', {
          execution_count: job.executionCount,
          data,
          metadata: {},
        });
      if (typeof data['text/plain'] === 'string') result = data['text/plain'];
    }
    const userExpressions = await this.#evaluate(engine, job.userExpressions, scope);
    return { userExpressions, ...(result !== undefined && { result }) };
  }

  async #evaluate(
    engine: Engine,
    expressions: Readonly<Record<string, string>>,
    scope: Scope,
  ): Promise<Content> {
    const results: Record<string, unknown> = {};
    for (const [name, code] of Object.entries(expressions)) {
      const outcome: Outcome = await this.context.run(scope.cell, () => engine.execute(code, scope));
      results[name] =
        outcome.status === 'error'
          ? { status: 'error', ...outcome.error }
          : { status: 'ok', data: outcome.value ? await toBundle(outcome.value.value) : {}, metadata: {} };
    }
    return results;
  }

  #end(running: Running, ended: Ended): void {
    if (running.ended) return;
    running.ended = true;
    const interrupted = running.asked || this.flags.get('interrupted') === 1;
    if (interrupted) this.#kill(running);
    const { cell } = running;
    this.#running = undefined;
    this.context.running = undefined;
    this.flags.set('running', 0);
    this.flags.set('interrupted', 0);
    this.flags.set('handlers', 0);
    const error = interrupted ? INTERRUPTED : ended.error;
    this.output.post({
      type: 'done',
      seq: cell.seq,
      interrupted,
      userExpressions: ended.userExpressions ?? {},
      ...(error && { error }),
      ...(ended.result !== undefined && { result: ended.result }),
    });
  }

  #kill({ cell, restore }: Running): void {
    cell.kill();
    this.engine().interrupt();
    if (this.flags.get('terminated') !== 1) return;
    this.flags.set('terminated', 0);
    this.context.clear();
    restore();
  }

  /** The client asks to stop. Called again for an interrupt that had to terminate what was on the stack. */
  interrupt(id: number): void {
    const running = this.#running;
    if (!running) return this.#interruptBackground(id);
    const first = !running.asked;
    running.asked = true;
    this.flags.set('seen', id);
    if (this.flags.get('terminated') === 1) return this.#absorb(() => this.#end(running, {}));
    if (running.cell.handlers.size === 0) return this.#end(running, {});
    if (!first) return;
    this.host.askToStop(running.cell);
    void this.#wait(running);
  }

  /** Gives the cell's handlers their time, then ends the cell. */
  async #wait(running: Running): Promise<void> {
    const deadline = performance.now() + HANDLER_MS;
    while (!running.ended && running.cell.handlers.size > 0 && performance.now() < deadline) await pause(5);
    if (!running.ended) await pause(SETTLE_MS);
    this.#end(running, {});
  }

  #interruptBackground(id: number): void {
    this.flags.set('seen', id);
    if (this.flags.get('terminated') === 1) {
      this.flags.set('terminated', 0);
      return this.#absorb(() => {
        this.context.clear();
        this.output.note(
          this.context.last,
          'Interrupted: background code that blocked the kernel was ended.\n',
        );
      });
    }
    this.host.askToStop(undefined);
  }

  /** A termination that has not landed yet must land on nothing: in a loop of its own, and `then` runs in a turn after it. */
  #absorb(then: () => void): void {
    if (this.flags.get('terminating') === 0) return then();
    setImmediate(then);
    while (this.flags.get('terminating') === 1) this.flags.waitWhile('terminating', 1, 10);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
