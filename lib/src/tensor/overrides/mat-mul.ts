import type { Tensor } from '@tensorflow/tfjs';
import { replaceKernel, run, type Registrar } from './override.js';

/** Two matrices by the operation for two matrices, which grappler fuses with a bias and an activation. */
export function overrideMatMul(registrar: Registrar): void {
  const { allows } = registrar;
  replaceKernel(registrar, 'BatchMatMul', ({ inputs, attrs, backend }, stock) => {
    const { a, b } = inputs as { a: Tensor; b: Tensor };
    if (a.shape.length !== 2 || b.shape.length !== 2 || !allows('tensorflow')) return stock();
    const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
    const { TF_ATTR_BOOL } = backend.binding;
    return run(
      backend,
      'MatMul',
      [a, b],
      [
        { name: 'transpose_a', type: TF_ATTR_BOOL, value: transposeA },
        { name: 'transpose_b', type: TF_ATTR_BOOL, value: transposeB },
      ],
    );
  });
}
