import { createHook } from 'node:async_hooks';
import type { Flags } from '../shared/flags.js';

interface Hook {
  enable(): unknown;
  disable(): unknown;
}

/**
 * Counts the async hooks that are enabled, in shared memory. With one, ending code from outside aborts node, and the kernel
 * must not. An AsyncLocalStorage is such a hook below node 24; it is made of the same class.
 */
export function countAsyncHooks(flags: Flags): void {
  const enabled = new WeakSet<object>();
  const prototype = Object.getPrototypeOf(createHook({})) as Hook;
  const { enable, disable } = prototype;
  prototype.enable = function (this: Hook) {
    if (!enabled.has(this)) {
      enabled.add(this);
      flags.enter('hooks');
    }
    return enable.call(this);
  };
  prototype.disable = function (this: Hook) {
    const result = disable.call(this);
    if (enabled.delete(this)) flags.add('hooks', -1);
    return result;
  };
}
