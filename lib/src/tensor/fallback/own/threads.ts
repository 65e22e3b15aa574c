import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { OwnExports, WasmMemory } from './web-assembly.js';

/** What the threads share besides the memory: whole numbers, by these places. */
export const CONTROL = {
  turn: 0,
  kernel: 1,
  work: 2,
  parts: 3,
  /** The next part that nobody has begun. */
  next: 4,
  /** Parts not yet done. */
  left: 5,
  failed: 6,
  ready: 7,
  size: 8,
} as const;

export interface ThreadData {
  /** The compiled module. */
  readonly program: object;
  readonly memory: WasmMemory;
  readonly control: Int32Array;
}

const MOST = 8;

/**
 * How many threads compute: as many as the processor has, at most eight, or what GRADOSCOPE_WASM_THREADS says.
 * @throws RangeError when that is not a whole number from 1 to 64
 */
export function threadCount(): number {
  const asked = process.env['GRADOSCOPE_WASM_THREADS'];
  if (!asked) return Math.min(MOST, os.availableParallelism());
  const count = Number(asked);
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw new RangeError(
    `The environment variable GRADOSCOPE_WASM_THREADS is '${asked}'; allowed is a whole number from 1 to 64.`,
  );
}

/** Threads beside the main one, each with the module on the same memory. They sleep between the kernels. */
export class Threads {
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * CONTROL.size));
  readonly #workers: Worker[];

  constructor(program: object, memory: WasmMemory, beside: number) {
    this.#workers = Array.from({ length: beside }, () => {
      const workerData: ThreadData = { program, memory, control: this.#control };
      const worker = new Worker(path.join(__dirname, 'thread.js'), { workerData, execArgv: [], env: {} });
      // A process may end while they sleep.
      worker.unref();
      worker.on('error', (error) => {
        process.emitWarning(
          `A thread of the WebAssembly backend failed, and it goes on in one: ${error.message}`,
        );
        Atomics.store(this.#control, CONTROL.ready, -beside);
      });
      return worker;
    });
  }

  /** How many can work now, the main thread among them. */
  get ready(): number {
    return Atomics.load(this.#control, CONTROL.ready) === this.#workers.length ? this.#workers.length + 1 : 1;
  }

  /**
   * Runs all parts, those that no other thread has begun in this one: it never waits for a thread that has yet to wake.
   * False when a part failed; the work may then be done anew.
   */
  run(kernel: number, work: number, parts: number, run: OwnExports['run']): boolean {
    const control = this.#control;
    Atomics.store(control, CONTROL.kernel, kernel);
    Atomics.store(control, CONTROL.work, work);
    Atomics.store(control, CONTROL.parts, parts);
    Atomics.store(control, CONTROL.failed, 0);
    Atomics.store(control, CONTROL.left, parts);
    // From here on parts can be taken, also by a thread that comes late from the turn before.
    Atomics.store(control, CONTROL.next, 0);
    Atomics.add(control, CONTROL.turn, 1);
    Atomics.notify(control, CONTROL.turn);
    takeParts(control, run);
    for (let left = Atomics.load(control, CONTROL.left); left > 0; left = Atomics.load(control, CONTROL.left))
      Atomics.wait(control, CONTROL.left, left);
    return Atomics.load(control, CONTROL.failed) === 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** Does parts of the work until all have been taken. */
export function takeParts(control: Int32Array, run: OwnExports['run']): void {
  for (;;) {
    const part = Atomics.add(control, CONTROL.next, 1);
    const [kernel, work, parts] = [CONTROL.kernel, CONTROL.work, CONTROL.parts].map((place) =>
      Atomics.load(control, place),
    ) as [number, number, number];
    if (part >= parts) return;
    try {
      run(kernel, work, part, parts);
    } catch {
      Atomics.store(control, CONTROL.failed, 1);
    }
    if (Atomics.sub(control, CONTROL.left, 1) === 1) Atomics.notify(control, CONTROL.left);
  }
}
