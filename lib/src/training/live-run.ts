import type { Command, RunStatus } from '../run/index.js';
import type { FitLoop } from './fit-loop.js';
import { DISPLAY, INSPECT, type Run } from './run.js';

/** What of a run can be given commands before its loop has begun. */
type Commands = Pick<FitLoop, 'command'>;

/**
 * A run in the background, as {@link Trainer.start} returns it: at once, while the run goes on. It is not a promise itself, so that
 * a function may return it; await `done`.
 */
export class LiveRun {
  #run: Run | undefined;
  #loop: Commands | undefined;
  #waiting: Command[] = [];
  #promise: Promise<Run> | undefined;
  #done: Promise<Run> | undefined;
  #failed = false;

  constructor(readonly id: string) {}

  /**
   * Settles when the run has ended: fulfilled with the run when it finished or was stopped, rejected with the error when it failed
   * or was interrupted. An error of a run whose `done` nobody has asked for is shown under its cell.
   */
  get done(): Promise<Run> {
    if (this.#promise === undefined) throw new Error('LiveRun: get it from trainer.start().');
    // One of its own: that the trainer has heard of a failure does not mean that the caller has.
    return (this.#done ??= this.#promise.then((run) => run));
  }

  /** The run with its record and history; undefined while its data is being checked. */
  get run(): Run | undefined {
    return this.#run;
  }

  get status(): RunStatus {
    return this.#run?.status ?? (this.#failed ? 'failed' : 'running');
  }

  /** Why it ended, in words; empty while it goes on. */
  get reason(): string {
    return this.#run?.reason ?? '';
  }

  /** Pauses at the next step boundary; the run keeps its place. */
  pause(): void {
    this.#command('pause');
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#command('resume');
  }

  /** Ends the run at the next step boundary; `done` is fulfilled then. */
  stop(): void {
    this.#command('stop');
  }

  /** @internal Called by the trainer. */
  attach(run: Run, loop: Commands): void {
    this.#run = run;
    this.#loop = loop;
    for (const command of this.#waiting.splice(0)) loop.command(command);
  }

  /** @internal Called by the trainer. @param unheard gets the error that nobody waits for */
  follow(promise: Promise<Run>, unheard: (error: unknown) => void): void {
    this.#promise = promise;
    promise.catch((error: unknown) => {
      this.#failed = true;
      if (this.#done === undefined) unheard(error);
    });
  }

  [DISPLAY](): Readonly<Record<string, unknown>> {
    return this.#run?.[DISPLAY]() ?? { 'text/plain': this.#text() };
  }

  [INSPECT](): string {
    return this.#run?.[INSPECT]() ?? this.#text();
  }

  #text(): string {
    return `run ${this.id}: ${this.#failed ? 'failed' : 'begins'}`;
  }

  #command(command: Command): void {
    if (this.#loop) this.#loop.command(command);
    else this.#waiting.push(command);
  }
}
