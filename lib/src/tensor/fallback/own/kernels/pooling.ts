import type { TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../../types.js';
import type { ConvAttributes, Shape4D } from '../../geometry.js';
import type { OwnModule } from '../module.js';
import { geometry } from './convolutions.js';
import { isFloat, replace } from './replace.js';

interface PoolAttributes extends Pick<ConvAttributes, 'strides' | 'pad' | 'dimRoundingMode'> {
  readonly filterSize: number | [number, number];
}

/** The gradient of a maximum over windows. */
export function replaceMaxPoolGradient(tf: TensorFlow, own: OwnModule): void {
  replace<PoolAttributes>(tf, 'MaxPoolGrad', ({ inputs, attributes, stock }) => {
    const [dy, x] = [inputs['dy'] as TensorInfo, inputs['input'] as TensorInfo];
    if (!isFloat(dy, x)) return stock();
    const { filterSize, strides, pad, dimRoundingMode } = attributes;
    const info = tf.backend_util.computePool2DInfo(
      x.shape as Shape4D,
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const cost = dy.shape.reduce((product, n) => product * n, 1) * info.filterHeight * info.filterWidth;
    return own.run('maxPoolGradient', [x, dy], x.shape, geometry(info), 0, cost);
  });
}
