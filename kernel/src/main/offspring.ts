import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';
import type { Flags } from '../shared/flags.js';
import type { Context } from './context.js';

type Spawn = (this: childProcess.ChildProcess, options: { detached?: boolean }) => unknown;

/**
 * Child processes and worker threads that code of a cell has started end with the cell when it is interrupted, as its timers do.
 * Those of a cell that has ended by itself go on, and so do detached processes.
 */
export function bindOffspring(context: Context, flags: Flags): void {
  const bind = (end: () => void, onEnd: (f: () => void) => void): void => {
    const cell = context.current;
    // What the compiler or a preload starts on the way to a cell is not the cell's.
    if (!cell || flags.get('holding') > 0) return;
    cell.pending.add(end);
    onEnd(() => cell.pending.delete(end));
  };

  const prototype = childProcess.ChildProcess.prototype as unknown as { spawn: Spawn };
  const { spawn } = prototype;
  prototype.spawn = function (options) {
    context.check(context.current);
    const result = spawn.call(this, options);
    if (options.detached !== true)
      bind(
        () => this.kill(),
        (f) => this.once('exit', f),
      );
    return result;
  };

  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      bind(
        () => void this.terminate(),
        (f) => this.once('exit', f),
      );
    }
  };
  Object.defineProperty(workerThreads.Worker, 'name', { value: 'Worker' });
  syncBuiltinESMExports();
}
