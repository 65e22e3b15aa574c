import type { Tensor } from '@tensorflow/tfjs';
import { replaceKernel, run, type Registrar } from './override.js';

/** The sum of a batch and a vector for its last dimension, and the vector's gradient, as grappler knows to fuse them. */
export function overrideBias(registrar: Registrar): void {
  const { tf, allows } = registrar;
  replaceKernel(registrar, 'Add', ({ inputs, backend }, stock) => {
    const { a, b } = inputs as { a: Tensor; b: Tensor };
    const fits =
      a.shape.length > 1 &&
      b.shape.length === 1 &&
      a.shape.at(-1) === b.shape[0] &&
      a.dtype === 'float32' &&
      b.dtype === 'float32';
    return fits && allows('tensorflow') ? run(backend, 'BiasAdd', [a, b]) : stock();
  });
  replaceKernel(registrar, 'Sum', ({ inputs, attrs, backend }, stock) => {
    const { x } = inputs as { x: Tensor };
    const { axis, keepDims } = attrs as unknown as { axis: number | number[]; keepDims: boolean };
    const rank = x.shape.length;
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const fits =
      rank > 1 &&
      x.size > 0 &&
      x.dtype === 'float32' &&
      !keepDims &&
      axes.length === rank - 1 &&
      !axes.includes(rank - 1);
    return fits && allows('tensorflow') ? run(backend, 'BiasAddGrad', [x]) : stock();
  });
}
