import type { GradConfig, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../../types.js';
import type { OwnModule } from '../module.js';
import { isFloat, replace } from './replace.js';

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Sums over all leading axes, as of the gradients of a bias; the stock kernel transposes first. */
export function replaceSum(tf: TensorFlow, own: OwnModule): void {
  replace<{ axis: number | number[]; keepDims?: boolean }>(tf, 'Sum', ({ inputs, attributes, stock }) => {
    const x = inputs['x'] as TensorInfo;
    const axes = tf.util.parseAxisParam(attributes.axis, x.shape).sort((a, b) => a - b);
    const leading = axes.length > 0 && axes.length < x.shape.length && axes.every((axis, i) => axis === i);
    if (!leading || !isFloat(x)) return stock();
    const rest = x.shape.slice(axes.length);
    const columns = size(rest);
    const shape = attributes.keepDims ? [...axes.map(() => 1), ...rest] : rest;
    const rows = size(x.shape.slice(0, axes.length));
    return own.run('columnSums', [x], shape, [rows, columns], columns, rows * columns);
  });
}

/** The gradient of a rectifier in one kernel, where stock has three. */
export function replaceReluGradient(tf: TensorFlow, own: OwnModule): void {
  replace<unknown>(tf, 'ReluGrad', ({ inputs: { dy, x }, stock }) => {
    const [given, input] = [dy as TensorInfo, x as TensorInfo];
    if (!isFloat(given, input)) return stock();
    return own.run('reluGradient', [given, input], input.shape, [size(input.shape)], 0, size(input.shape));
  });
  const relu = tf.getGradient('Relu') as GradConfig | undefined;
  if (!relu) return;
  const reluGrad = (dy: Tensor, x: Tensor): Tensor =>
    tf.engine().runKernel('ReluGrad', { dy, x }) as unknown as Tensor;
  tf.registerGradient({
    kernelName: 'ReluGrad',
    inputsToSave: ['x'],
    gradFunc: (ddy, [x]) => ({
      dy: () => reluGrad(ddy as Tensor, x as Tensor),
      x: () => tf.zerosLike(x as Tensor),
    }),
  });
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    ...relu,
    gradFunc: (dy, saved, attributes) => {
      const [given, x] = [dy as Tensor, saved[0] as Tensor];
      return tf.getBackend() === 'wasm' && isFloat(given, x)
        ? { x: () => reluGrad(given, x) }
        : relu.gradFunc(dy, saved, attributes);
    },
  });
}

/** What is not changed shares its numbers, as on the other backends; the stock kernels copy. */
export function replaceCopies(tf: TensorFlow, own: OwnModule): void {
  const shared = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => {
    own.backend.incRef(dataId);
    return { dataId, shape, dtype };
  };
  replace<unknown>(tf, 'Identity', ({ inputs: { x }, stock }) =>
    x?.dtype === 'string' ? stock() : shared(x as TensorInfo),
  );
  replace<{ dtype: string }>(tf, 'Cast', ({ inputs: { x }, attributes, stock }) =>
    x?.dtype === attributes.dtype && x.dtype !== 'string' ? shared(x) : stock(),
  );
}
