import path from 'node:path';
import type { Cell } from './cell.js';
import type { Context, Hooks } from './context.js';
import { displayFor } from './display.js';
import type { Output } from './output.js';
import type { Ask, Prompter } from './prompt.js';
import { cellConsole, TextStream } from './streams.js';
import { cellTimers, cellTimersPromises, type CellTimers } from './timers.js';

/** What the source of one cell sees in place of the process's globals. */
export interface Scope {
  readonly cell: Cell;
  readonly console: Console;
  readonly process: NodeJS.Process;
  readonly timers: CellTimers;
  readonly hooks: Hooks;
  /** What stands before the globals besides; typed in kernel/types/cell.d.ts. */
  readonly predeclared: Readonly<Record<Predeclared, unknown>>;
}

/** Names that a cell sees without importing them; engines bind each to the scope's value of it. */
export const PREDECLARED = ['display', 'input', 'password'] as const;
export type Predeclared = (typeof PREDECLARED)[number];

/** The declarations of these names. */
export const PREDECLARED_TYPES = path.join(__dirname, '../../types/cell.d.ts');

export function cellScope(cell: Cell, context: Context, output: Output, prompter: Prompter): Scope {
  // A helper that an earlier cell defined prints where it is called.
  const owner = (): Cell => context.current ?? cell;
  const stream = (name: 'stdout' | 'stderr'): TextStream =>
    new TextStream((text) => {
      const target = owner();
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
    predeclared: {
      display: displayFor(output, owner),
      input: (prompt = '') => prompter.ask(owner(), 'input', prompt, false),
      password: (prompt = '') => prompter.ask(owner(), 'password', prompt, true),
    } satisfies Record<Predeclared, unknown> & { input: Ask; password: Ask },
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
