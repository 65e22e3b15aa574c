import type { TensorFlow } from '../types.js';
import type { Engine } from './engine.js';

/** The part of the kernel's host (see `host/types.ts`) that says when nothing may be terminated. */
interface Terminator {
  stepping(active: boolean): void;
  operating(active: boolean): void;
}

/**
 * Keeps terminations out of TensorFlow.js's operations: cut in the middle, WebAssembly's heap is corrupt for good, and
 * reference counts are wrong. The host is told while an operation is on the stack, as it is during a trainer's step; it
 * waits for the end, and lets none begin while a termination is on its way.
 * @returns runs the repairs after a termination, as one such piece
 */
export function protectOperations(tf: TensorFlow): (repair: () => void) => void {
  const host = (globalThis as { [key: symbol]: Terminator | undefined })[Symbol.for('gradoscope.host')];
  if (!host) return (repair) => repair();
  const tell = host.stepping.bind(host);
  let inStep = false;
  let depth = 0;
  host.stepping = (active) => {
    inStep = active;
    if (depth === 0) tell(active);
  };

  const whole = <T>(f: () => T): T => {
    if (depth > 0) return f();
    // Within a step nothing is terminated but by force, which spares operations.
    const begin = inStep ? host.operating.bind(host) : tell;
    begin(true);
    depth = 1;
    try {
      return f();
    } finally {
      depth = 0;
      begin(false);
    }
  };

  const protect = (
    object: object,
    name: string,
    applies: (argument: unknown) => boolean = () => true,
  ): void => {
    const methods = object as Record<string, (...args: unknown[]) => unknown>;
    const method = methods[name];
    if (!method)
      throw new Error(
        `TensorFlow.js has no ${name} to protect from interrupts; this version is not supported.`,
      );
    methods[name] = function (this: unknown, ...args) {
      return applies(args[0]) ? whole(() => method.apply(this, args)) : method.apply(this, args);
    };
  };

  const engine = tf.engine();
  // A custom gradient runs the user's code, which may not end by itself.
  protect(
    engine,
    'runKernelFunc',
    (call) => (call as Parameters<Engine['runKernelFunc']>[0]).kernelName !== undefined,
  );
  for (const name of ['makeTensor', 'makeVariable', 'disposeTensor', 'endScope', 'readSync', 'read'])
    protect(engine, name);
  protect(tf.Variable.prototype, 'assign');

  return (repair) => {
    // The termination may have fallen just where an operation was about to begin: nothing is on the stack now.
    depth = 0;
    inStep = false;
    tell(false);
    host.operating(false);
    whole(repair);
  };
}
