import type { TensorFlow } from '../types.js';
import type { Engine } from './engine.js';

/** The part of the kernel's host (see `host/types.ts`) that says when code may be terminated. */
interface Terminator {
  interrupted(): boolean;
  stepping(active: boolean): void;
}

/** Longest wait at the edge of an operation for a termination that was announced, in milliseconds. */
const edgeMs = 500;

/**
 * Keeps terminations out of TensorFlow.js's operations: cut in the middle, WebAssembly's heap is corrupt for good, and
 * reference counts are wrong. The host is told while an operation is on the stack, as it is during a trainer's step; an
 * operation that begins when an interrupt is already pending waits at its edge, where the termination then falls. (The
 * host sets its flag before it looks at ours, and we set ours before we look at its: one of the two always sees the other.)
 */
export function protectOperations(tf: TensorFlow): void {
  const host = (globalThis as { [key: symbol]: Terminator | undefined })[Symbol.for('gradoscope.host')];
  if (!host) return;
  const tell = host.stepping.bind(host);
  let inStep = false;
  let depth = 0;
  host.stepping = (active) => {
    inStep = active;
    if (depth === 0) tell(active);
  };

  // Date, for `performance` is loaded at its first use: a termination in the midst of that would break it for good.
  const waitAtEdge = (): void => {
    tell(false);
    const end = Date.now() + edgeMs;
    while (host.interrupted() && Date.now() < end);
    tell(true);
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
      if (depth > 0 || inStep || !applies(args[0])) return method.apply(this, args);
      tell(true);
      if (host.interrupted()) waitAtEdge();
      depth = 1;
      try {
        return method.apply(this, args);
      } finally {
        depth = 0;
        tell(inStep);
      }
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
}
