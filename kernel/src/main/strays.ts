import type { ErrorReport } from '../shared/protocol.js';
import { Interrupted, type Cell } from './cell.js';
import type { Context } from './context.js';
import type { Output } from './output.js';

/**
 * Errors that no code of the user's catches go to the stderr of a cell, and the kernel lives on.
 * @returns Reports such an error.
 */
export function catchStrays(
  context: Context,
  output: Output,
  report: (error: unknown) => ErrorReport | undefined,
): (error: unknown, cell?: Cell) => void {
  const print = (error: unknown, cell = origin(error, context)): void => {
    if (ofInterrupt(error) || ofInterrupt((error as { cause?: unknown } | null | undefined)?.cause)) return;
    output.note(cell, `${report(error)?.traceback.join('\n') ?? String(error)}\n`);
  };
  process.on('uncaughtException', (error) => print(error));
  process.on('unhandledRejection', (error) => print(error));
  return print;
}

/** The client has been told already, by the end of the cell. */
function ofInterrupt(error: unknown): boolean {
  const mark = Symbol.for('gradoscope.interrupted');
  return error instanceof Interrupted || (error as { [mark]?: true } | null | undefined)?.[mark] === true;
}

/** The cell whose code stands on top of the error's stack; else the one that runs. */
function origin(error: unknown, context: Context): Cell | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  const seq = /gradoscope-cell-(\d+)/.exec(stack ?? '')?.[1];
  return context.current ?? (seq === undefined ? undefined : context.bySeq(Number(seq))) ?? context.fallback;
}
