import type { TensorFlow } from '../types.js';
import type { ConvInfo } from './windows.js';

export type Shape4D = [number, number, number, number];

/** What the kernels of convolutions are told, each some of it. */
export interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad: Parameters<TensorFlow['backend_util']['computeConv2DInfo']>[4];
  readonly dataFormat?: string;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: Shape4D;
  readonly inputShape: Shape4D;
}

export function convInfo(
  tf: TensorFlow,
  x: readonly number[],
  filter: readonly number[],
  { strides, dilations = 1, pad, dimRoundingMode }: ConvAttributes,
  depthwise: boolean,
): ConvInfo {
  return tf.backend_util.computeConv2DInfo(
    x as Shape4D,
    filter as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
}

export interface PoolAttributes extends Pick<ConvAttributes, 'strides' | 'pad' | 'dimRoundingMode'> {
  readonly filterSize: number | [number, number];
}

export function poolInfo(
  tf: TensorFlow,
  x: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
): ConvInfo {
  return tf.backend_util.computePool2DInfo(x as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
}
