import * as timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Cell } from './cell.js';
import type { Context } from './context.js';

type Callback = (...args: unknown[]) => void;
type Owner = () => Cell | undefined;

/** Timers whose callbacks run in the name of the cell that set them, and which end with it. */
export interface CellTimers {
  readonly setTimeout: unknown;
  readonly setInterval: unknown;
  readonly setImmediate: unknown;
  readonly clearTimeout: unknown;
  readonly clearInterval: unknown;
  readonly clearImmediate: unknown;
  readonly queueMicrotask: unknown;
}

export function cellTimers(context: Context, owner: Owner): CellTimers {
  const undo = new WeakMap<object, { cell: Cell; f: () => void }>();

  const alive = (): Cell | undefined => {
    const cell = owner();
    context.check(cell);
    return cell;
  };
  const track = <T extends object>(
    cell: Cell | undefined,
    make: (done: () => void) => T,
    clear: (handle: never) => void,
  ): T => {
    const record = { f: (): void => undefined };
    const handle = make(() => cell?.pending.delete(record.f));
    record.f = () => clear(handle as never);
    cell?.pending.add(record.f);
    if (cell) undo.set(handle, { cell, f: record.f });
    return handle;
  };
  const forget = (handle: unknown): void => {
    const found = typeof handle === 'object' && handle !== null ? undo.get(handle) : undefined;
    if (found) found.cell.pending.delete(found.f);
  };
  const check = (f: unknown): Callback => {
    if (typeof f === 'function') return f as Callback;
    const error = new TypeError(
      `The "callback" argument must be of type function. Received ${f === null ? 'null' : typeof f}`,
    );
    throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
  };

  const bound = {
    setTimeout(f: unknown, ms?: number, ...args: unknown[]) {
      const cell = alive();
      const g = check(f);
      return track(
        cell,
        (done) =>
          setTimeout(function (this: unknown) {
            done();
            context.run(cell, () => g.apply(this, args));
          }, ms),
        clearTimeout,
      );
    },
    setInterval(f: unknown, ms?: number, ...args: unknown[]) {
      const cell = alive();
      const g = check(f);
      return track(
        cell,
        () =>
          setInterval(function (this: unknown) {
            context.run(cell, () => g.apply(this, args));
          }, ms),
        clearInterval,
      );
    },
    setImmediate(f: unknown, ...args: unknown[]) {
      const cell = alive();
      const g = check(f);
      return track(
        cell,
        (done) =>
          setImmediate(() => {
            done();
            context.run(cell, () => g(...args));
          }),
        clearImmediate,
      );
    },
    clearTimeout(handle: unknown) {
      forget(handle);
      clearTimeout(handle as NodeJS.Timeout);
    },
    clearInterval(handle: unknown) {
      forget(handle);
      clearInterval(handle as NodeJS.Timeout);
    },
    clearImmediate(handle: unknown) {
      forget(handle);
      clearImmediate(handle as NodeJS.Immediate);
    },
    queueMicrotask(f: unknown) {
      const cell = alive();
      const g = check(f);
      queueMicrotask(() => context.run(cell, () => g()));
    },
  };
  const promised = cellTimersPromises(owner);
  Object.defineProperty(bound.setTimeout, promisify.custom, { value: promised.setTimeout });
  Object.defineProperty(bound.setImmediate, promisify.custom, { value: promised.setImmediate });
  return bound;
}

/** `node:timers/promises` whose waits end with the cell. */
export function cellTimersPromises(owner: Owner): typeof timersPromises {
  const within = <O extends { signal?: AbortSignal | undefined }>(options: O | undefined): O => {
    const cell = owner();
    if (!cell) return options ?? ({} as O);
    const signals = [cell.abort.signal, options?.signal].filter(
      (signal): signal is AbortSignal => signal !== undefined,
    );
    return { ...(options ?? ({} as O)), signal: AbortSignal.any(signals) };
  };
  return {
    ...timersPromises,
    setTimeout: (ms, value, options) => timersPromises.setTimeout(ms, value, within(options)),
    setImmediate: (value, options) => timersPromises.setImmediate(value, within(options)),
    setInterval: (ms, value, options) => timersPromises.setInterval(ms, value, within(options)),
    scheduler: Object.assign(Object.create(timersPromises.scheduler) as typeof timersPromises.scheduler, {
      wait: (ms: number, options?: { signal?: AbortSignal }) =>
        timersPromises.setTimeout(ms, undefined, within(options)),
    }),
  };
}
