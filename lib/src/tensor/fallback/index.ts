import type { KernelFunc, Tensor, Tensor4D, TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';
import { conv2dFilterGradient } from './conv2d-filter.js';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise.js';
import { einsum } from './einsum.js';
import { convInfo, poolInfo, type ConvAttributes, type PoolAttributes } from './geometry.js';
import { maxPoolGradient } from './max-pool.js';
import { segmentSum } from './segment-sum.js';

type Kernel = (
  inputs: Record<string, Tensor>,
  attributes: ConvAttributes & PoolAttributes & { numSegments: number; equation: string },
) => Tensor;

/** Kernels that the backend has, but that give wrong numbers. */
const WRONG = new Set(['MaxPoolGrad']);

/** Adds the gradient kernels that the WebAssembly backend lacks, made of those that it has, or has wrong. */
export function addWasmKernels(tf: TensorFlow): void {
  const filterGradient =
    (gradient: typeof conv2dFilterGradient, depthwise: boolean): Kernel =>
    ({ x, dy }, attributes) => {
      const shapes = convInfo(tf, (x as Tensor).shape, attributes.filterShape, attributes, depthwise);
      return gradient(tf, x as Tensor4D, dy as Tensor4D, shapes);
    };
  const kernels: Record<string, Kernel> = {
    Conv2DBackpropFilter: filterGradient(conv2dFilterGradient, false),
    DepthwiseConv2dNativeBackpropFilter: filterGradient(depthwiseFilterGradient, true),
    DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, attributes) =>
      depthwiseInputGradient(
        tf,
        dy as Tensor4D,
        filter as Tensor4D,
        convInfo(tf, attributes.inputShape, (filter as Tensor).shape, attributes, true),
      ),
    Einsum: (inputs, { equation }) => einsum(tf, equation, Object.values(inputs)),
    MaxPoolGrad: ({ dy, input }, attributes) => {
      const x = input as Tensor;
      const gradient = maxPoolGradient(
        x.dataSync(),
        (dy as Tensor).dataSync(),
        poolInfo(tf, x.shape, attributes),
      );
      return tf.tensor(gradient, x.shape);
    },
    UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }) => {
      const [rows, segments] = [x as Tensor, segmentIds as Tensor];
      const shape = rows.shape.slice(segments.rank);
      const width = shape.reduce((product, size) => product * size, 1);
      const sums = segmentSum(rows.dataSync(), segments.dataSync(), width, numSegments);
      return tf.tensor(sums, [numSegments, ...shape], rows.dtype === 'int32' ? 'int32' : 'float32');
    },
  };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, 'wasm') as unknown) {
      if (!WRONG.has(kernelName)) continue;
      tf.unregisterKernel(kernelName, 'wasm');
    }
    const kernelFunc: KernelFunc = ({ inputs, attrs }) => kernel(tensors(tf, inputs), attrs as never);
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  }
}

/** A kernel is given what it works on as tensors, or as what describes them. */
function tensors(
  tf: TensorFlow,
  inputs: Record<string, TensorInfo | TensorInfo[] | undefined>,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, given]) => [
      name,
      given instanceof tf.Tensor ? given : tf.engine().makeTensorFromTensorInfo(given as TensorInfo),
    ]),
  );
}
