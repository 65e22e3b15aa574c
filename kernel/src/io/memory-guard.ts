import { Session } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';

export interface MemoryGuardOptions {
  /** Ends the cell. */
  readonly stop: (seq: number, text: string) => void;
  /** Bytes of JavaScript's heap beyond which V8 ends the process. */
  readonly limit?: number;
  /** Bytes of the main thread's heap that are in use; undefined: it does not answer. `collect`: garbage is collected first. */
  readonly heap?: (collect: boolean) => Promise<number | undefined>;
  /** Bytes of the process in memory. */
  readonly resident?: () => number;
}

/** Milliseconds between two looks. */
const LOOK_MS = 50;
/** How long the main thread may take to collect garbage and answer. */
const ANSWER_MS = 20_000;
/** Parts of the limit: below the first the heap need not be asked; at the second the cell ends, */
const ASK_AT = 0.5;
const STOP_AT = 0.8;
/** if it has added so much: a cell that frees memory must be able to run. */
const GROWTH = 0.03;
const LEAST_GROWTH = 64 * 2 ** 20;
/** Of the time, collecting garbage for a look takes at most one part in so many. */
const SHARE = 20;
/** Bytes a second that a cell can add; twice what a loop of `push` did. */
const FASTEST = 2e9;
const MAX_WAIT_MS = 1000;

/**
 * Ends a cell that is about to fill JavaScript's heap. V8 would end the whole process, with all variables; an interrupt
 * in time leaves the user what was there before.
 */
export class MemoryGuard {
  readonly #options: Required<MemoryGuardOptions>;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;
  #notBefore = 0;
  /** Bytes that a cell which was ended for it has left in use. */
  #kept = 0;

  constructor(options: MemoryGuardOptions) {
    this.#options = {
      limit: getHeapStatistics().heap_size_limit,
      heap: mainHeap,
      resident: () => process.memoryUsage.rss(),
      ...options,
    };
  }

  /** A cell begins. @param seq Its number. */
  begin(seq: number): void {
    this.end();
    this.#timer = setInterval(() => void this.#look(seq), LOOK_MS).unref();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(seq: number): Promise<void> {
    const { limit, resident, heap, stop } = this.#options;
    if (this.#asking || performance.now() < this.#notBefore || resident() < limit * ASK_AT) return;
    const most = Math.max(limit * STOP_AT, this.#kept + Math.max(limit * GROWTH, LEAST_GROWTH));
    const timer = this.#timer;
    this.#asking = true;
    let used = await heap(false);
    // To ask halts the main thread for a moment: not before it can have filled the rest.
    const rest = Math.max(0, limit * STOP_AT - (used ?? 0));
    this.#notBefore = performance.now() + Math.min(MAX_WAIT_MS, (rest / FASTEST) * 1000);
    if (used !== undefined && used >= most && timer === this.#timer) {
      const began = performance.now();
      used = await heap(true);
      this.#notBefore = performance.now() + SHARE * (performance.now() - began);
      if (used !== undefined && used < limit * STOP_AT) this.#kept = 0;
    }
    this.#asking = false;
    if (used === undefined || used < most || timer !== this.#timer) return;
    this.end();
    this.#kept = used;
    stop(
      seq,
      `The cell was ended: JavaScript's memory is nearly full (${gigabytes(used)} of ${gigabytes(limit)}), and at its end the ` +
        'kernel would die with all variables. Set to undefined what you no longer need. For more memory, install the kernel ' +
        `with --env NODE_OPTIONS=--max-old-space-size=${Math.ceil((limit * 2) / 2 ** 20)} (in MB).\n`,
    );
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

/** Also while the main thread computes. Connected only for the moment: a session that stays slows the main thread. */
function mainHeap(collect: boolean): Promise<number | undefined> {
  return new Promise((resolve) => {
    const session = new Session();
    session.connectToMainThread();
    const end = (used?: number): void => {
      clearTimeout(timer);
      session.disconnect();
      resolve(used);
    };
    const timer = setTimeout(end, ANSWER_MS);
    if (collect) session.post('HeapProfiler.collectGarbage');
    session.post('Runtime.getHeapUsage', (error: Error | null, result?: { usedSize?: number }) =>
      end(error ? undefined : result?.usedSize),
    );
  });
}
