import type { Engine, Outcome } from '../engine/engine.js';
import type { Preloads } from '../preload/preloads.js';
import type { Flags } from '../shared/flags.js';
import type { ErrorReport, ExecuteJob } from '../shared/protocol.js';
import type { Content } from '../wire/message.js';
import { toBundle } from './bundle.js';
import { isHandle, publishValue } from './display.js';
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
  /** Puts back what preloads noted before its code began. */
  restore: () => void;
  /** Its code has not begun: what compiles or loads for it is whole, nothing is terminated. */
  preparing: boolean;
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
  /** Puts back what preloads noted when the last cell had ended. */
  #rest: () => void = () => undefined;

  constructor(
    private readonly engine: () => Engine,
    private readonly preloads: Preloads,
    private readonly context: Context,
    private readonly output: Output,
    private readonly flags: Flags,
    private readonly host: KernelHost,
  ) {}

  start(job: ExecuteJob): void {
    if (this.flags.get('terminating') === 1) return this.#absorb(() => this.start(job));
    const cell = new Cell(job.seq, job.msgId, job.cellId, job.executionCount, job.allowStdin);
    this.context.add(cell);
    this.context.running = this.context.last = cell;
    const restore = this.preloads.guard(cell.msgId);
    const running: Running = { cell, job, restore, preparing: false, asked: false, ended: false };
    this.#running = running;
    this.flags.set('handlers', 0);
    this.flags.set('interrupted', 0);
    this.flags.set('terminated', 0);
    this.flags.set('late', 0);
    this.flags.set('running', cell.seq);
    // The client may have asked while the compiler was loading, before the cell could begin.
    if (this.flags.get('doomed') >= cell.seq) this.flags.set('interrupted', 1);
    // A termination ends this promise without a word: the cell's end then comes from interrupt().
    this.#execute(running).then(
      (ended) => this.#end(running, ended),
      (error: unknown) => this.#end(running, { error: this.#report(error) }),
    );
  }

  async #execute(running: Running): Promise<Ended> {
    const { cell, job } = running;
    if (job.code.trim() === '' || this.#stopping(running)) return {};
    this.#prepare(running);
    const engine = this.engine();
    engine.ahead?.(job.code);
    await this.preloads.prepare(engine.imports(job.code));
    running.restore = this.preloads.guard(cell.msgId); // also of what has been loaded just now
    if (this.#stopping(running)) return {};
    const scope = cellScope(cell, this.context, this.output, this.host.prompter);
    const begin = (): boolean => this.#begin(running);
    const outcome = await this.context.run(cell, () => engine.execute(job.code, scope, begin));
    if (cell.dead) return {};
    if (outcome.status === 'error') {
      await cell.settled();
      return { error: outcome.error };
    }
    let result: string | undefined;
    if (outcome.value && !isHandle(outcome.value.value)) {
      const count = { execution_count: job.executionCount };
      const data = await publishValue(outcome.value.value, (bundle) => {
        if (!job.silent)
          this.output.publish(cell, 'execute_result', { ...count, data: bundle, metadata: {} });
      });
      if (typeof data['text/plain'] === 'string') result = data['text/plain'];
    }
    const userExpressions = await this.#evaluate(running, scope);
    await cell.settled();
    return { userExpressions, ...(result !== undefined && { result }) };
  }

  async #evaluate(running: Running, scope: Scope): Promise<Content> {
    const results: Record<string, unknown> = {};
    const begin = (): boolean => this.#begin(running);
    for (const [name, code] of Object.entries(running.job.userExpressions)) {
      if (running.ended) break;
      this.#prepare(running);
      const outcome: Outcome = await this.context.run(scope.cell, () =>
        this.engine().execute(code, scope, begin),
      );
      results[name] =
        outcome.status === 'error'
          ? { status: 'error', ...outcome.error }
          : { status: 'ok', data: outcome.value ? await toBundle(outcome.value.value) : {}, metadata: {} };
    }
    return results;
  }

  #stopping(running: Running): boolean {
    return running.asked || this.flags.get('interrupted') === 1;
  }

  /** From here to #begin nothing is terminated. */
  #prepare(running: Running): void {
    if (running.preparing) return;
    this.host.hold(true);
    running.preparing = true;
  }

  /** @returns Whether the code may run; if not, the cell stays whole up to its end. */
  #begin(running: Running): boolean {
    if (this.#stopping(running)) return false;
    this.#release(running);
    return true;
  }

  #release(running: Running): void {
    if (!running.preparing) return;
    running.preparing = false;
    this.host.hold(false);
  }

  #report(error: unknown): ErrorReport {
    try {
      return this.engine().report(error);
    } catch {
      // The engine itself cannot be had: the error says why.
      const evalue = error instanceof Error ? error.message : String(error);
      return { ename: 'KernelError', evalue, traceback: [`KernelError: ${evalue}`] };
    }
  }

  #end(running: Running, ended: Ended): void {
    if (running.ended) return;
    running.ended = true;
    const interrupted = this.#stopping(running);
    if (interrupted) this.#kill(running);
    const { cell } = running;
    this.#running = undefined;
    this.context.running = undefined;
    this.flags.set('running', 0);
    this.flags.set('interrupted', 0);
    this.flags.set('handlers', 0);
    this.#rest = this.preloads.guard(undefined);
    // Last: who waits for it to terminate the cell sees that the cell is over.
    this.#release(running);
    const error = interrupted ? INTERRUPTED : ended.error;
    this.output.post({
      type: 'done',
      seq: cell.seq,
      interrupted,
      userExpressions: ended.userExpressions ?? {},
      payload: cell.payload,
      ...(error && { error }),
      ...(ended.result !== undefined && { result: ended.result }),
    });
  }

  #kill({ cell, restore }: Running): void {
    const landed = this.#landed();
    cell.kill();
    this.engine().interrupt();
    this.host.cut(cell, 'cell');
    if (landed) this.#cutOthers(landed.hit, cell);
    this.context.run(undefined, restore);
  }

  /** A termination has left nothing on the stack. @returns The cell whose code it has hit, where that is known. */
  #landed(): { hit: Cell | undefined } | undefined {
    if (this.flags.get('terminated') !== 1) return undefined;
    const hit = this.context.current;
    this.flags.set('terminated', 0);
    this.context.clear();
    this.host.unwound();
    return { hit };
  }

  /** Code of another cell than the one that ends may have been hit. */
  #cutOthers(hit: Cell | undefined, ending: Cell | undefined): void {
    if (hit === undefined) this.host.cut(undefined, 'unknown');
    else if (hit !== ending) this.host.cut(hit, 'code');
  }

  /** The client asks to stop. Called again for an interrupt that had to terminate what was on the stack. */
  interrupt(id: number, seq: number): void {
    const running = this.#running;
    // An interrupt that was for another cell ends this one only when its termination has landed here.
    const other = running?.cell.seq !== seq && this.flags.get('terminated') !== 1;
    if (!running || other) return this.#interruptBackground(id, seq);
    const first = !running.asked;
    running.asked = true;
    this.#see(id);
    if (this.flags.get('terminated') === 1) return this.#absorb(() => this.#end(running, {}));
    // It ends by itself, before any of its code runs.
    if (running.preparing) return;
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

  #interruptBackground(id: number, seq: number): void {
    this.#see(id);
    if (this.flags.get('terminated') === 1) {
      return this.#absorb(() => {
        const hit = this.#landed()?.hit;
        this.#rest();
        const note = 'Interrupted: background code that blocked the kernel was ended.\n';
        this.output.note(hit ?? this.context.last, note);
        this.#cutOthers(hit, undefined);
      });
    }
    // A cell that has ended, or has not begun and will see it, is not the background.
    if (seq === 0) this.host.askToStop(undefined);
  }

  /** An interrupt is told of again after its termination, when later ones may have been seen already. */
  #see(id: number): void {
    this.flags.set('seen', Math.max(id, this.flags.get('seen')));
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
