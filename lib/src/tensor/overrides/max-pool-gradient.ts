import type { Tensor } from '@tensorflow/tfjs';
import { attributesOf, replaceKernel, type Registrar } from './override.js';

interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Windows that do not overlap: an operation of our own, which compares all channels at once. The result is the same. */
export function overrideMaxPoolGradient(registrar: Registrar): void {
  const { tf, allows } = registrar;
  replaceKernel(registrar, 'MaxPoolGrad', ({ inputs, attrs, backend }, stock) => {
    const { dy, input, output } = inputs as { dy: Tensor; input: Tensor; output: Tensor };
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
    const shape = input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
    const fits =
      input.dtype === 'float32' &&
      (padInfo.type === 'VALID' || padInfo.type === 'SAME') &&
      strideHeight >= filterHeight &&
      strideWidth >= filterWidth;
    if (!fits || !allows('own')) return stock();
    const numbers = {
      height: filterHeight,
      width: filterWidth,
      stride_y: strideHeight,
      stride_x: strideWidth,
      top: padInfo.top,
      left: padInfo.left,
    };
    const attributes = attributesOf(backend, 'TF_ATTR_INT', numbers);
    return backend.executeSingleOutput('GradoscopeMaxPoolGrad', attributes, [input, output, dy]);
  });
}
