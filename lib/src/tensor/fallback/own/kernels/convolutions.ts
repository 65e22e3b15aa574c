import type { TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../../types.js';
import { convInfo, type ConvAttributes, type Shape4D } from '../../geometry.js';
import type { ConvInfo } from '../../windows.js';
import type { OwnModule } from '../module.js';
import { matMul } from './matrices.js';
import { isFloat, replace, type Call } from './replace.js';

/** The order is that of lib/wasm/windows.ts. */
export function geometry(info: Omit<ConvInfo, 'dataFormat'>): number[] {
  return [
    info.batchSize,
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.outChannels,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.dilationHeight,
    info.dilationWidth,
    info.padInfo.top,
    info.padInfo.left,
  ];
}

/** Each window is one pixel, and each pixel in one window. */
const isPointwise = (info: ConvInfo): boolean =>
  info.filterHeight * info.filterWidth * info.strideHeight * info.strideWidth === 1 &&
  info.outHeight === info.inHeight &&
  info.outWidth === info.inWidth;

const windows = (info: ConvInfo): number => info.batchSize * info.outHeight * info.outWidth;
const cost = (info: ConvInfo): number =>
  windows(info) * info.filterHeight * info.filterWidth * info.inChannels * info.outChannels;

/** The convolution and its gradients. */
export function replaceConvolutions(tf: TensorFlow, own: OwnModule): void {
  const fits = (attributes: ConvAttributes, ...infos: (TensorInfo | undefined)[]) =>
    isFloat(...infos) && (attributes.dataFormat ?? 'NHWC') === 'NHWC';
  const plain = { transposeA: false, transposeB: false };

  const flat = (info: TensorInfo): TensorInfo => ({
    ...info,
    shape: [info.shape.slice(0, -1).reduce((product, n) => product * n, 1), info.shape.at(-1) as number],
  });
  const shaped = (result: TensorInfo, shape: readonly number[]): TensorInfo => ({
    ...result,
    shape: [...shape],
  });

  type Conv = Call<ConvAttributes>;
  replace(tf, 'Conv2D', ({ inputs, attributes, stock }: Conv) => {
    const [x, filter] = [inputs['x'] as TensorInfo, inputs['filter'] as TensorInfo];
    if (!fits(attributes, x, filter)) return stock();
    const info = convInfo(tf, x.shape, filter.shape, attributes, false);
    const pointwise = isPointwise(info) ? matMul(own, flat(x), flat(filter), plain) : undefined;
    if (pointwise) return shaped(pointwise, info.outShape);
    return own.run('convolution', [x, filter], info.outShape, geometry(info), 'convolution', cost(info));
  });
  replace(tf, 'Conv2DBackpropFilter', ({ inputs, attributes, stock }: Conv) => {
    const [x, dy] = [inputs['x'] as TensorInfo, inputs['dy'] as TensorInfo];
    if (!fits(attributes, x, dy)) return stock();
    const info = convInfo(tf, x.shape, attributes.filterShape, attributes, false);
    const pointwise = isPointwise(info)
      ? matMul(own, flat(x), flat(dy), { transposeA: true, transposeB: false })
      : undefined;
    if (pointwise) return shaped(pointwise, info.filterShape);
    const sizes = geometry(info);
    return own.run('convolutionFilterGradient', [x, dy], info.filterShape, sizes, 'convolution', cost(info));
  });
  replace(tf, 'Conv2DBackpropInput', ({ inputs, attributes, stock }: Conv) => {
    const [dy, filter] = [inputs['dy'] as TensorInfo, inputs['filter'] as TensorInfo];
    if (!fits(attributes, dy, filter)) return stock();
    const info = convInfo(tf, attributes.inputShape, filter.shape, attributes, false);
    const pointwise = isPointwise(info)
      ? matMul(own, flat(dy), flat(filter), { transposeA: false, transposeB: true })
      : undefined;
    if (pointwise) return shaped(pointwise, info.inShape);
    const sizes = geometry(info);
    return own.run('convolutionInputGradient', [dy, filter], info.inShape, sizes, 'convolution', cost(info));
  });
}

/** The gradients of a depthwise convolution. */
export function replaceDepthwise(tf: TensorFlow, own: OwnModule): void {
  const depthwiseCost = (info: ConvInfo) =>
    windows(info) * info.filterHeight * info.filterWidth * info.outChannels;
  replace(
    tf,
    'DepthwiseConv2dNativeBackpropFilter',
    ({ inputs, attributes, stock }: Call<ConvAttributes>) => {
      const [x, dy] = [inputs['x'] as TensorInfo, inputs['dy'] as TensorInfo];
      if (!isFloat(x, dy)) return stock();
      const info = convInfo(tf, x.shape, attributes.filterShape, attributes, true);
      const shape = attributes.filterShape;
      return own.run('depthwiseFilterGradient', [x, dy], shape, geometry(info), 0, depthwiseCost(info));
    },
  );
  replace(tf, 'DepthwiseConv2dNativeBackpropInput', ({ inputs, attributes, stock }: Call<ConvAttributes>) => {
    const [dy, filter] = [inputs['dy'] as TensorInfo, inputs['filter'] as TensorInfo];
    if (!isFloat(dy, filter)) return stock();
    const info = convInfo(tf, attributes.inputShape, filter.shape, attributes, true);
    const shape = info.inShape as Shape4D;
    return own.run('depthwiseInputGradient', [dy, filter], shape, geometry(info), 0, depthwiseCost(info));
  });
}
