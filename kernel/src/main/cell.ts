import type { CellRef } from '../host/types.js';

/** A cell of this process: what its output, its timers and its interrupt are bound to. */
export class Cell implements CellRef {
  /** Ended by an interrupt: its code must not go on. */
  dead = false;
  /** Undo functions of its pending timers. */
  readonly pending = new Set<() => void>();
  /** Interrupt handlers that it has registered. */
  readonly handlers = new Set<() => void>();
  /** Aborted by an interrupt. */
  readonly abort = new AbortController();

  constructor(
    /** Number within the process, from 1. */
    readonly seq: number,
    readonly msgId: string,
    readonly id: string | undefined,
    readonly executionCount: number,
  ) {}

  get ref(): CellRef {
    return { id: this.id, executionCount: this.executionCount, msgId: this.msgId };
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
