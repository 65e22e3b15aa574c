import { inspect } from 'node:util';
import { currentHost } from '../host/types.js';
import type { Shown, ShowOptions } from '../host/types.js';

const DISPLAY = Symbol.for('Jupyter.display');
let count = 0;

/**
 * Shows a value below the running cell: rich where it has a method `[Symbol.for('Jupyter.display')]()` that gives an
 * object of MIME types (or a promise of one), else as text. Outside of a notebook its text is printed.
 * @param options.id Name of the output, by which it can be updated. Default: a random one.
 * @param options.update Replace what is shown under `id`, instead of showing it anew. Default false.
 * @returns A handle; `update(value)` shows another value in the same place.
 * @throws TypeError when an option is of another type
 */
export function display(value: unknown, options: ShowOptions = {}): Shown {
  const host = currentHost();
  if (host) return host.show(value, options);
  const shown: Shown = { id: options.id ?? `terminal-${++count}`, update: print };
  print(value);
  return shown;
}

/**
 * Shows a value, as {@link display} does, in the client's pager: JupyterLab's console, Jupyter console and QtConsole have one,
 * notebooks show nothing. It comes when the cell has ended. Outside of a notebook its text is printed.
 * @throws Error when no cell runs
 */
export function page(value: unknown): void {
  const host = currentHost();
  if (host) host.page(value);
  else print(value);
}

/**
 * Clears what the running cell has shown. Outside of a notebook it does nothing.
 * @param options.wait Clear only when the next output comes, which avoids flicker. Default false.
 * @throws TypeError when an option is of another type
 */
export function clearOutput({ wait = false }: { wait?: boolean } = {}): void {
  if (typeof wait !== 'boolean')
    throw new TypeError(`clearOutput: options.wait must be true or false; it is ${inspect(wait)}.`);
  currentHost()?.clearOutput(wait);
}

function print(value: unknown): void {
  const say = (bundle: unknown): void => {
    const text = (bundle as { 'text/plain'?: unknown } | null | undefined)?.['text/plain'];
    console.log(typeof text === 'string' ? text : value);
  };
  const failed = (error: unknown): void =>
    console.log(`${inspect(value)}\n[Symbol.for("Jupyter.display")]() failed: ${String(error)}`);
  try {
    const method = (value as { [DISPLAY]?: unknown } | null | undefined)?.[DISPLAY];
    if (typeof method !== 'function') return console.log(value);
    const bundle: unknown = method.call(value);
    if (bundle instanceof Promise) void bundle.then(say, failed);
    else say(bundle);
  } catch (error) {
    failed(error);
  }
}
