import type { KernelConfig, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../../types.js';

type Given = Parameters<KernelFunc>[0];

/** What a kernel is given: tensors by name, attributes, and the kernel that was there before, if there was one. */
export interface Call<Attributes> {
  readonly inputs: Readonly<Record<string, TensorInfo | undefined>>;
  readonly attributes: Attributes;
  readonly stock: () => TensorInfo;
}

/** Registers a kernel of the WebAssembly backend in the place of the one that is there. */
export function replace<Attributes>(
  tf: TensorFlow,
  kernelName: string,
  kernel: (call: Call<Attributes>) => TensorInfo,
): void {
  const stock = tf.getKernel(kernelName, 'wasm') as KernelConfig | undefined;
  const kernelFunc: KernelFunc = (given: Given) =>
    kernel({
      inputs: given.inputs as Record<string, TensorInfo>,
      attributes: given.attrs as Attributes,
      stock: () => {
        if (!stock)
          throw new Error(`${kernelName}: the WebAssembly backend cannot do this (${unfit(given)}).`);
        return stock.kernelFunc(given) as TensorInfo;
      },
    });
  if (stock) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...stock, kernelName, backendName: 'wasm', kernelFunc });
}

/** Types and attributes in words. */
function unfit({ inputs, attrs }: Given): string {
  const types = Object.entries(inputs).map(([name, info]) => `${name}: ${(info as TensorInfo).dtype}`);
  return [...types, JSON.stringify(attrs)].join(', ');
}

export const isFloat = (...infos: (TensorInfo | undefined)[]): boolean =>
  infos.every((info) => info?.dtype === 'float32');
