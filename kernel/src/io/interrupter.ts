import { Session } from 'node:inspector';
import type { Flags } from '../shared/flags.js';

const POLL_MS = 10;
/** The running cell's own code holds the thread: it will not answer. */
const OWN_MS = 100;
/** It is not known whose code holds the thread; another cell's may only need a moment. */
const UNKNOWN_MS = 400;
/** A trainer with a handler has 1 s for its step boundary; the main thread ends the cell then, if it can. */
const HANDLER_MS = 1300;
/** No cell runs, and background code holds the thread. */
const BACKGROUND_MS = 1000;

/**
 * Ends what runs in the main thread. The main thread is asked first; only when it does not answer, because code holds it,
 * that code is terminated, and never in the middle of a trainer's step, of the compiler, or of what a preload loads.
 */
export class Interrupter {
  #count = 0;
  #busy: Promise<void> = Promise.resolve();

  /** @param notify Sends the interrupt's number, and the cell's, to the main thread; called again until it is seen. */
  constructor(
    private readonly flags: Flags,
    private readonly notify: (id: number, seq: number) => void,
    private readonly terminateMain: () => Promise<void> = terminate,
  ) {}

  /** @param given The cell that the main thread was given; it may not have begun. 0: none. */
  interrupt(given: number): Promise<void> {
    const id = ++this.#count;
    // First the flag, then the look: a cell that begins meanwhile sees the flag.
    if (given !== 0) this.flags.set('doomed', given);
    const cell = this.flags.get('running');
    if (cell !== 0) this.flags.set('interrupted', 1);
    const seq = cell === 0 ? given : cell;
    this.notify(id, seq);
    this.#busy = this.#busy.then(() => this.#follow(id, cell, seq));
    return this.#busy;
  }

  async #follow(id: number, cell: number, seq: number): Promise<void> {
    let since = performance.now();
    let terminated = false;
    while (!this.#over(id, cell)) {
      await sleep(POLL_MS);
      if (performance.now() - since < this.#grace(cell, terminated) || this.#over(id, cell)) continue;
      const context = this.flags.get('context');
      if (cell !== 0 && context !== 0 && context !== cell) continue;
      if (!(await this.#terminate(id, cell))) continue;
      terminated = true;
      since = performance.now();
      this.notify(id, seq);
    }
  }

  #over(id: number, cell: number): boolean {
    return cell === 0 ? this.flags.get('seen') >= id : this.flags.get('running') !== cell;
  }

  #grace(cell: number, again: boolean): number {
    if (cell === 0) return BACKGROUND_MS;
    if (again) return UNKNOWN_MS;
    if (this.flags.get('handlers') > 0) return HANDLER_MS;
    return this.flags.get('context') === cell ? OWN_MS : UNKNOWN_MS;
  }

  /**
   * Waits for the end of the step (or of the compiler) that is on the stack; the next one does not begin meanwhile.
   * @returns false when the cell has ended by itself.
   */
  async #terminate(id: number, cell: number): Promise<boolean> {
    // First the flag, then the look: a step that begins meanwhile sees the flag and waits.
    this.flags.set('terminating', 1);
    try {
      while (this.flags.get('stepping') > 0) {
        await sleep(POLL_MS);
        if (this.#over(id, cell)) return false;
      }
      if (this.#over(id, cell)) return false;
      this.flags.set('terminated', 1);
      await this.terminateMain();
      return true;
    } finally {
      this.flags.set('terminating', 0);
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Connected only for the moment: a session that stays slows the main thread. */
function terminate(): Promise<void> {
  return new Promise((resolve) => {
    const session = new Session();
    let timer: NodeJS.Timeout | undefined = undefined;
    const end = (): void => {
      clearTimeout(timer);
      session.disconnect();
      resolve();
    };
    session.connectToMainThread();
    timer = setTimeout(end, 500);
    session.post('Runtime.terminateExecution', end);
  });
}
