import { nativeBackend } from '../compiled/native-functions.js';
import type { TensorFlow } from '../types.js';
import { overrideBias } from './bias.js';
import { overrideGather } from './gather.js';
import { overrideMatMul } from './mat-mul.js';
import type { Registrar } from './override.js';
import { overrideReluGradient } from './relu-gradient.js';
import { overrideTileGradient } from './tile-gradient.js';

const overridden = new WeakSet<object>();
let active = true;

/** Puts TensorFlow's own training operations in the place of what tfjs-node composes, once. */
export function overrideKernels(tf: TensorFlow): void {
  const backend = nativeBackend(tf);
  if (!backend || overridden.has(backend)) return;
  overridden.add(backend);
  const registrar: Registrar = { tf, active: () => active };
  for (const override of [
    overrideGather,
    overrideReluGradient,
    overrideBias,
    overrideMatMul,
    overrideTileGradient,
  ])
    override(registrar);
}

/**
 * Runs code with the stock kernels and gradients, to compare with them; reading indices in JavaScript aside, which is never
 * needed.
 */
export function withStockKernels<T>(f: () => T): T {
  const before = active;
  active = false;
  try {
    return f();
  } finally {
    active = before;
  }
}
