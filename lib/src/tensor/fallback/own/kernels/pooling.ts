import type { TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../../types.js';
import { poolInfo, type PoolAttributes } from '../../geometry.js';
import type { OwnModule } from '../module.js';
import { geometry } from './convolutions.js';
import { isFloat, replace } from './replace.js';

/** The gradient of a maximum over windows. */
export function replaceMaxPoolGradient(tf: TensorFlow, own: OwnModule): void {
  replace<PoolAttributes>(tf, 'MaxPoolGrad', ({ inputs, attributes, stock }) => {
    const [dy, x] = [inputs['dy'] as TensorInfo, inputs['input'] as TensorInfo];
    if (!isFloat(dy, x)) return stock();
    const info = poolInfo(tf, x.shape, attributes);
    const cost = dy.shape.reduce((product, n) => product * n, 1) * info.filterHeight * info.filterWidth;
    return own.run('maxPoolGradient', [x, dy], x.shape, geometry(info), 0, cost);
  });
}
