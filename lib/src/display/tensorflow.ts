import { inspect } from 'node:util';
import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { MimeBundle } from '../host/types.js';
import type { TensorFlow } from '../tensor/types.js';
import { modelBundle } from './model.js';
import { tensorBundle } from './tensor.js';

const DISPLAY = Symbol.for('Jupyter.display');

/** Lets tensors and models show themselves as tables where they are a cell's value. */
export function showTensorFlow(tf: TensorFlow): void {
  define<Tensor>(tf.Tensor.prototype, (tensor) => tensorBundle(tf, tensor, inspect(tensor)));
  define<LayersModel>(tf.LayersModel.prototype, modelBundle);
}

function define<T extends object>(prototype: T, bundle: (value: T) => MimeBundle): void {
  Object.defineProperty(prototype, DISPLAY, {
    configurable: true,
    value(this: T) {
      return bundle(this);
    },
  });
}
