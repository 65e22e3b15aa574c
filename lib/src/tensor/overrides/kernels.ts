/**
 * Which operations compute: what tfjs-node composes; TensorFlow's own operations for training in its place; or also those
 * that this package adds to TensorFlow (`lib/native/op_*.cc`), which XLA does not know.
 */
export type Kernels = 'stock' | 'tensorflow' | 'own';

const ORDER: readonly Kernels[] = ['stock', 'tensorflow', 'own'];
let allowed: Kernels = 'own';

export const allows = (kernels: Kernels): boolean => ORDER.indexOf(allowed) >= ORDER.indexOf(kernels);

/** From now on no more than these. */
export function limitKernels(kernels: Kernels): void {
  if (allows(kernels)) allowed = kernels;
}

/** Runs code with no more than these. */
export function withKernels<T>(kernels: Kernels, f: () => T): T {
  const before = allowed;
  if (allows(kernels)) allowed = kernels;
  try {
    return f();
  } finally {
    allowed = before;
  }
}

/**
 * Runs code with the stock kernels, gradients, optimizers and layers, to compare with them; reading indices in JavaScript
 * aside, which is never needed.
 */
export const withStockKernels = <T>(f: () => T): T => withKernels('stock', f);
