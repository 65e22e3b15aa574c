import { Interrupted, type Cell } from './cell.js';
import type { Context, Hooks } from './context.js';
import type { Output } from './output.js';
import { cellConsole, TextStream } from './streams.js';
import { cellTimers, cellTimersPromises, type CellTimers } from './timers.js';

/** What the source of one cell sees in place of the process's globals. */
export interface Scope {
  readonly cell: Cell;
  readonly console: Console;
  readonly process: NodeJS.Process;
  readonly timers: CellTimers;
  readonly hooks: Hooks;
}

export function cellScope(cell: Cell, context: Context, output: Output): Scope {
  // A helper that an earlier cell defined prints where it is called.
  const owner = (): Cell => context.current ?? cell;
  const stream = (name: 'stdout' | 'stderr'): TextStream =>
    new TextStream((text) => {
      const target = owner();
      if (target.dead) throw new Interrupted();
      output.stream(target, name, text);
    });
  const stdout = stream('stdout');
  const stderr = stream('stderr');
  const bound = new Proxy(process, {
    get: (target, key) =>
      key === 'stdout' ? stdout : key === 'stderr' ? stderr : Reflect.get(target, key, target),
  });
  return {
    cell,
    console: cellConsole(stdout, stderr),
    process: bound,
    timers: cellTimers(context, owner),
    hooks: context.hooks(cell),
  };
}

/** Modules of node that a cell's `require` and `import` see bound to the cell. */
export function boundModules(context: Context): ReadonlyMap<string, unknown> {
  const owner = (): Cell | undefined => context.fallback;
  const timersPromises = cellTimersPromises(owner);
  const timers = { ...cellTimers(context, owner), promises: timersPromises };
  return new Map<string, unknown>([
    ['timers', timers],
    ['node:timers', timers],
    ['timers/promises', timersPromises],
    ['node:timers/promises', timersPromises],
  ]);
}
