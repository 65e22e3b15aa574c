import type { CellRef, Cut } from '../host/types.js';
import type { Content } from '../wire/message.js';

/** What a library wants to be told of. */
export interface InterruptHandler {
  /** The cell was asked to stop. */
  readonly ask: () => void;
  /** Code was terminated, or the cell has ended with the handler still there. */
  readonly cut: (what: Cut) => void;
}

/** A cell of this process: what its output, its timers and its interrupt are bound to. */
export class Cell implements CellRef {
  /** Ended by an interrupt: its code must not go on. */
  dead = false;
  /** Undo functions of its pending timers. */
  readonly pending = new Set<() => void>();
  /** Interrupt handlers that it has registered. */
  readonly handlers = new Set<InterruptHandler>();
  /** Aborted by an interrupt. */
  readonly abort = new AbortController();
  /** What goes to the client with the reply. */
  readonly payload: Content[] = [];
  /** What it has begun and its end waits for. */
  readonly #held = new Set<Promise<unknown>>();

  constructor(
    /** Number within the process, from 1. */
    readonly seq: number,
    readonly msgId: string,
    readonly id: string | undefined,
    readonly executionCount: number,
    /** The client answers questions. */
    readonly allowStdin = false,
  ) {}

  get ref(): CellRef {
    return { id: this.id, executionCount: this.executionCount, msgId: this.msgId };
  }

  /** The cell does not end before the work, which never rejects, is done. */
  hold(work: Promise<unknown>): void {
    this.#held.add(work);
    void work.then(() => this.#held.delete(work));
  }

  async settled(): Promise<void> {
    while (this.#held.size > 0) await Promise.all(this.#held);
  }

  /** Stops all that goes on in its name. */
  kill(): void {
    this.dead = true;
    for (const undo of [...this.pending]) undo();
    this.pending.clear();
    this.abort.abort(new Interrupted());
  }
}

/** Thrown into code of a cell that an interrupt has ended. */
export class Interrupted extends Error {
  override readonly name = 'KeyboardInterrupt';
  constructor() {
    super('The cell was interrupted.');
  }
}
