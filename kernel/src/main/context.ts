import type { Flags } from '../shared/flags.js';
import { Interrupted, type Cell } from './cell.js';

const never = new Promise<never>(() => undefined);

/**
 * Whose code is on the stack. Async hooks would know but break interrupts on node 20, so the context is carried by what
 * the cells are made of: their synchronous part, their timers, and each `await` in their source (see transform.ts).
 */
export class Context {
  #current: Cell | undefined;
  #resetDue = false;
  readonly #cells = new Map<number, Cell>();
  /** The cell that runs now. */
  running: Cell | undefined;
  /** The cell that ran last, or runs. */
  last: Cell | undefined;

  constructor(private readonly flags: Flags) {}

  get current(): Cell | undefined {
    return this.#current;
  }

  /** The cell that output of unknown origin belongs to. */
  get fallback(): Cell | undefined {
    return this.#current ?? this.running ?? this.last;
  }

  /**
   * Where nothing can be terminated (see async-hooks.ts), whether the cell is to end as soon as it calls something of the
   * kernel's. A library that wants to be asked is asked first.
   */
  asked(cell: Cell): boolean {
    return this.flags.get('hooks') > 0 && this.interrupted(cell);
  }

  /** Whether the cell is to end, and no library has to be asked first. */
  interrupted(cell: Cell): boolean {
    return cell === this.running && this.flags.get('interrupted') === 1 && cell.handlers.size === 0;
  }

  /** @throws Interrupted when the cell has ended, or is to. */
  check(cell: Cell | undefined): void {
    if (cell && (cell.dead || this.asked(cell))) throw new Interrupted();
  }

  add(cell: Cell): void {
    this.#cells.set(cell.seq, cell);
    if (this.#cells.size > 10_000) this.#cells.delete(this.#cells.keys().next().value ?? 0);
  }

  find(predicate: (cell: Cell) => boolean): Cell | undefined {
    for (const cell of [...this.#cells.values()].reverse()) if (predicate(cell)) return cell;
    return undefined;
  }

  bySeq(seq: number): Cell | undefined {
    return this.#cells.get(seq);
  }

  /** Runs `f` as code of the cell. */
  run<T>(cell: Cell | undefined, f: () => T): T {
    const before = this.#current;
    this.#set(cell);
    try {
      return f();
    } finally {
      this.#set(before);
    }
  }

  /** Code of the cell goes on in a microtask; until the microtasks before this one's end have run. */
  resume(cell: Cell): void {
    this.#set(cell);
    if (this.#resetDue) return;
    this.#resetDue = true;
    queueMicrotask(() => {
      this.#resetDue = false;
      this.#set(undefined);
    });
  }

  /** After a termination nothing of ours is on the stack any more. */
  clear(): void {
    this.#resetDue = false;
    this.flags.set('waiting', 0);
    this.#set(undefined);
  }

  #set(cell: Cell | undefined): void {
    this.#current = cell;
    this.flags.set('context', cell?.seq ?? 0);
  }

  /** What compiled code calls, see transform.ts. @param lexical The cell that the source stands in. */
  hooks(lexical: Cell | undefined): Hooks {
    const enter = (cell: Cell | undefined): void => {
      if (!this.#current && cell) this.resume(cell);
    };
    return {
      capture: () => {
        enter(lexical);
        return this.#current ?? this.fallback;
      },
      // What a dead cell waits for never comes: its code ends here, with no `catch` to run in.
      before: (cell, value) => (cell && (cell.dead || this.asked(cell)) ? never : value),
      after: (cell, value) => {
        this.check(cell);
        if (cell) this.resume(cell);
        return value;
      },
      restore: (cell) => {
        if (cell) this.resume(cell);
      },
      enter,
    };
  }
}

export interface Hooks {
  capture(): Cell | undefined;
  before(cell: Cell | undefined, value: unknown): unknown;
  after(cell: Cell | undefined, value: unknown): unknown;
  restore(cell: Cell | undefined): void;
  /** A callback of the cell begins; whoever runs code of a known cell runs it for that one. */
  enter(cell: Cell | undefined): void;
}
