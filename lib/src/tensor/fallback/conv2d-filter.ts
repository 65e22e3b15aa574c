import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';
import { met, offsets, padded, type ConvInfo } from './windows.js';

/** So much of the input is laid out at a time. */
const CHUNK_BYTES = 16e6;

/**
 * The gradient of a convolution with respect to its filter: for each place of the filter, the product of what it met in all
 * windows and the gradients of the outputs; several places in one product of matrices.
 * @param x `[batch, height, width, channels]`
 * @param dy `[batch, outHeight, outWidth, filters]`
 * @returns `[filterHeight, filterWidth, channels, filters]`
 */
export function conv2dFilterGradient(tf: TensorFlow, x: Tensor4D, dy: Tensor4D, info: ConvInfo): Tensor4D {
  return tf.tidy(() => {
    const { filterHeight, filterWidth, inChannels, outChannels } = info;
    const seen = dy.shape[0] * dy.shape[1] * dy.shape[2];
    const input = padded(tf, x, info);
    const gradients = tf.reshape(dy, [seen, outChannels]);
    const places = offsets(info);
    const atOnce = Math.max(1, Math.floor(CHUNK_BYTES / (4 * seen * inChannels)));
    const products: Tensor2D[] = [];
    for (let i = 0; i < places.length; i += atOnce) {
      const product = tf.tidy(() => {
        const columns = places
          .slice(i, i + atOnce)
          .map((place) => tf.reshape(met(tf, input, info, place), [seen, inChannels]));
        // Transposed by an operation: a product of transposed matrices is slow here.
        const rows = tf.transpose(
          columns.length === 1 ? (columns[0] as Tensor2D) : tf.concat2d(columns as Tensor2D[], 1),
        );
        return tf.matMul(rows, gradients) as Tensor2D;
      });
      products.push(product);
    }
    const all = products.length === 1 ? (products[0] as Tensor2D) : tf.concat2d(products, 0);
    return tf.reshape(all, [filterHeight, filterWidth, inChannels, outChannels]);
  });
}
