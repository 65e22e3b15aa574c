import type { Flags } from '../shared/flags.js';
import type { SyncChildren } from './sync-children.js';
import { terminate } from './terminate.js';

const POLL_MS = 10;
/** The running cell's own code holds the thread: it will not answer. */
const OWN_MS = 100;
/** It is not known whose code holds the thread; another cell's may only need a moment. */
const UNKNOWN_MS = 400;
/** A trainer with a handler has 1 s for its step boundary; the main thread ends the cell then, if it can. */
const HANDLER_MS = 1300;
/** No cell runs, and background code holds the thread. */
const BACKGROUND_MS = 1000;

/** A step that lasts longer, or other code that holds the thread, is ended by force, if the client asks again. */
const PATIENCE_MS = 5000;
/** After a step has ended, its trainer may take this long to answer. */
const ANSWER_MS = 50;

const STEP =
  'Interrupt: code that must not be cut short (a training step, or a run of an earlier cell) has held the kernel for 5 s. ' +
  'Interrupt again to end it by force; a training run that is hit ends with it.\n';
const OPERATION =
  'Interrupt: an operation of TensorFlow, or the compiler, is at work and cannot be ended half-way; the interrupt takes effect ' +
  'when it is done. If it never is, restart the kernel.\n';
const HOOKS =
  `Interrupt: this cell cannot be ended from outside, because async hooks are enabled (AsyncLocalStorage or async_hooks, by a cell or ` +
  `a library), and node ${process.versions.node} would crash. It ends when it next awaits, prints, sets a timer or computes with TensorFlow. ` +
  'If it does none of these, restart the kernel.\n';

/**
 * Ends what runs in the main thread. The main thread is asked first; only when it does not answer, because code holds it,
 * that code is terminated, and never in the middle of the compiler, of what a preload loads, or of a library's operation. A
 * trainer's step, and code of another cell than the running one, are ended only when the client insists.
 */
export class Interrupter {
  #count = 0;
  #busy: Promise<void> = Promise.resolve();

  /**
   * @param children What the main thread may wait for.
   * @param notify Sends the interrupt's number, and the cell's, to the main thread; called again until it is seen.
   * @param tell Shows a text under a cell; 0: the last one.
   */
  constructor(
    private readonly flags: Flags,
    private readonly children: Pick<SyncChildren, 'end'>,
    private readonly notify: (id: number, seq: number) => void,
    private readonly tell: (seq: number, text: string) => void = () => undefined,
    private readonly terminateMain: (late: boolean) => Promise<void> = terminate,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /**
   * @param given The cell that the main thread was given; it may not have begun. 0: none.
   * @param urgent There is no time in which the main thread could be asked. Default false.
   */
  interrupt(given: number, urgent = false): Promise<void> {
    const id = ++this.#count;
    // First the flag, then the look: a cell that begins meanwhile sees the flag.
    if (given !== 0) this.flags.set('doomed', given);
    const cell = this.flags.get('running');
    if (cell !== 0) this.flags.set('interrupted', 1);
    const seq = cell === 0 ? given : cell;
    this.notify(id, seq);
    this.#busy = this.#busy.then(() => this.#follow({ id, cell, seq, urgent }));
    return this.#busy;
  }

  async #follow(goal: Goal): Promise<void> {
    const { id, seq } = goal;
    let since = performance.now();
    let terminated = false;
    let told = false;
    while (!this.#over(goal)) {
      await sleep(POLL_MS);
      if (this.flags.get('waiting') > 0 && !this.#foreign(goal.cell)) this.children.end();
      if (performance.now() - since < this.#grace(goal, terminated) || this.#over(goal)) continue;
      if (this.flags.get('hooks') > 0) {
        if (!told) this.tell(seq, HOOKS);
        told = true;
        continue;
      }
      const force = await this.#patience(goal);
      if (this.#over(goal) || !(await this.#terminate(goal, force))) continue;
      terminated = true;
      since = performance.now();
      this.notify(id, seq);
    }
  }

  #over({ id, cell }: Goal): boolean {
    return cell === 0 ? this.flags.get('seen') >= id : this.flags.get('running') !== cell;
  }

  #grace({ cell, urgent }: Goal, again: boolean): number {
    if (urgent && !again) return 0;
    if (cell === 0) return BACKGROUND_MS;
    if (again) return UNKNOWN_MS;
    if (this.flags.get('handlers') > 0) return HANDLER_MS;
    return this.flags.get('context') === cell ? OWN_MS : UNKNOWN_MS;
  }

  /** Code of another cell than the one that shall end is on the stack. */
  #foreign(cell: number): boolean {
    const context = this.flags.get('context');
    return cell !== 0 && context !== 0 && context !== cell;
  }

  /** Waits for the end of a step, and of code of other cells. @returns Whether the client insists that it be ended. */
  async #patience(goal: Goal): Promise<boolean> {
    const began = performance.now();
    const passed = this.flags.get('passed');
    const step = (): boolean => this.flags.get('stepping') > 0 && this.flags.get('passed') === passed;
    let told = 0;
    let waits = false;
    while (step() || this.#foreign(goal.cell)) {
      await sleep(POLL_MS);
      waits = true;
      if (this.#over(goal)) return false;
      if (performance.now() - began < this.patienceMs) continue;
      const firm = this.flags.get('holding') > 0 || this.flags.get('operating') > 0;
      if (told === 0 || (firm && this.#count > told)) {
        this.tell(this.flags.get('context') || goal.seq, firm ? OPERATION : STEP);
        told = this.#count;
      } else if (!firm && this.#count > told) return true;
    }
    // A trainer answers between two steps: there it ends, or pauses, and nothing is lost.
    if (waits) await sleep(ANSWER_MS);
    return false;
  }

  /**
   * Waits for the end of the step (or of the compiler) that is on the stack; the next one does not begin meanwhile.
   * @returns false when the cell has ended by itself, or the step does not end.
   */
  async #terminate(goal: Goal, force: boolean): Promise<boolean> {
    // First the flag, then the look: a step that begins meanwhile sees the flag and waits.
    this.flags.set('terminating', 1);
    const slots = force ? (['operating', 'holding'] as const) : (['stepping'] as const);
    try {
      const began = performance.now();
      while (slots.some((slot) => this.flags.get(slot) > 0)) {
        await sleep(POLL_MS);
        if (this.#over(goal) || performance.now() - began > this.patienceMs) return false;
      }
      if (this.#over(goal) || this.flags.get('hooks') > 0) return false;
      this.flags.set('terminated', 1);
      // Where memory runs out there is no room for more.
      await this.terminateMain(this.flags.get('late') === 1 && !goal.urgent);
      return true;
    } finally {
      this.flags.set('terminating', 0);
    }
  }
}

interface Goal {
  readonly id: number;
  /** The cell that runs; 0: none. */
  readonly cell: number;
  /** The cell that shall end, also one that has not begun; 0: none. */
  readonly seq: number;
  readonly urgent: boolean;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
