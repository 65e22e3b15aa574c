import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';
import type { Flags } from '../shared/flags.js';
import { Interrupted } from './cell.js';
import type { Context } from './context.js';
import { handOn, inherits, type Write } from './inherited.js';
import type { Output } from './output.js';
import { bindSyncChildren } from './sync-children.js';

type Spawn = (
  this: childProcess.ChildProcess,
  options: { detached?: boolean; stdio?: childProcess.StdioOptions },
) => unknown;

/**
 * Child processes and worker threads that code of a cell has started end with the cell when it is interrupted, as its timers do.
 * Those of a cell that has ended by itself go on, and so do detached processes. What children print as if they were this
 * process is the cell's output.
 */
export function bindOffspring(context: Context, flags: Flags, output: Output): void {
  const running = new Set<number>();
  const writer = (): Write => {
    const cell = context.fallback;
    return (name, text) => {
      // What an ended cell's child still says is lost with the cell.
      if (cell?.dead !== true) output.stream(cell, name, text);
    };
  };
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
    const own = options.detached === true ? undefined : inherits(options.stdio);
    const result = spawn.call(this, own ? { ...options, stdio: own.stdio } : options);
    if (own) handOn(this as unknown as Parameters<typeof handOn>[0], own.names, writer());
    const { pid } = this;
    if (pid !== undefined) {
      running.add(pid);
      this.once('exit', () => running.delete(pid));
    }
    if (options.detached !== true)
      bind(
        () => this.kill(),
        (f) => this.once('exit', f),
      );
    return result;
  };

  const wait = <T>(f: () => T): T => {
    const cell = context.current;
    context.check(cell);
    output.waiting([...running]);
    flags.set('waiting', 1);
    try {
      return f();
    } finally {
      flags.set('waiting', 0);
      // It was ended by the interrupt: its end is no result.
      // eslint-disable-next-line no-unsafe-finally
      if (cell && context.interrupted(cell)) throw new Interrupted();
    }
  };
  bindSyncChildren(wait, (name, text) => writer()(name, text));

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
