/** What the two threads must know of each other even while the main thread computes: integers in shared memory. */
export const Slot = {
  /** 1 from an interrupt of the running cell until that cell has ended. */
  interrupted: 0,
  /** Sequence number of the cell that runs; 0: none. */
  running: 1,
  /** Sequence number of the cell whose code is on the stack; 0: not known, or none. */
  context: 2,
  /** Number of trainer steps on the stack; nothing is terminated meanwhile. */
  stepping: 3,
  /** 1 while a termination is under way; the main thread enters no step. */
  terminating: 4,
  /** 1 once the running cell (or, without one, background code) was terminated. */
  terminated: 5,
  /** Interrupt handlers that the running cell has registered. */
  handlers: 6,
  /** Number of the last interrupt that the main thread has seen. */
  seen: 7,
  /** Bytes of published messages that have not reached the socket yet. */
  inFlight: 8,
  /** 1 when the sockets are closed. */
  closed: 9,
  /** Sequence number of the last cell that was interrupted; it may not have begun yet. */
  doomed: 10,
  /** Async hooks that are enabled; with any, terminating code would abort node. */
  hooks: 11,
  /** What cannot be ended even by force is on the stack: an operation of a library's, and each must end by itself. */
  operating: 12,
  /** As above, of the kernel's own: the compiler, a preload that loads. */
  holding: 13,
  /** Counts the ends of what `stepping` counts the beginnings of. */
  passed: 14,
  /** 1 while the main thread waits for a child process. */
  waiting: 15,
  /** 1 while variables of the running cell may have to be put into their boxes before it is terminated. */
  late: 16,
} as const;

export type SlotName = keyof typeof Slot;

export class Flags {
  readonly #cells: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(128)) {
    this.#cells = new Int32Array(buffer);
  }

  get(slot: SlotName): number {
    return Atomics.load(this.#cells, Slot[slot]);
  }

  set(slot: SlotName, value: number): void {
    Atomics.store(this.#cells, Slot[slot], value);
    Atomics.notify(this.#cells, Slot[slot]);
  }

  add(slot: SlotName, amount: number): number {
    return Atomics.add(this.#cells, Slot[slot], amount) + amount;
  }

  /**
   * Adds 1 to a counter of what must not be terminated. A termination that is on its way must not find it there: it ends the
   * loop in here instead.
   */
  enter(slot: SlotName): void {
    for (;;) {
      this.add(slot, 1);
      if (this.get('terminating') === 0) return;
      this.add(slot, -1);
      this.waitWhile('terminating', 1, 10);
    }
  }

  /** Blocks this thread until the slot differs from `value`, or `ms` have passed. */
  waitWhile(slot: SlotName, value: number, ms: number): void {
    Atomics.wait(this.#cells, Slot[slot], value, ms);
  }
}
