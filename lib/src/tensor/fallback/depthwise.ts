import type { Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';
import { met, needed, offsets, padded, type ConvInfo } from './windows.js';

/** Output gradients by channel and multiplier: `[batch · outHeight · outWidth, channels, multiplier]`. */
function byChannel(tf: TensorFlow, dy: Tensor4D, channels: number): Tensor3D {
  const [batch, height, width, filters] = dy.shape;
  return tf.reshape(dy, [batch * height * width, channels, filters / channels]);
}

/**
 * The gradient of a depthwise convolution with respect to its filter.
 * @param x `[batch, height, width, channels]`
 * @param dy `[batch, outHeight, outWidth, channels · multiplier]`
 * @returns `[filterHeight, filterWidth, channels, multiplier]`
 */
export function depthwiseFilterGradient(tf: TensorFlow, x: Tensor4D, dy: Tensor4D, info: ConvInfo): Tensor4D {
  return tf.tidy(() => {
    const { filterHeight, filterWidth, inChannels } = info;
    const input = padded(tf, x, info);
    const gradients = byChannel(tf, dy, inChannels);
    const places = offsets(info).map((place) =>
      tf.tidy(() => {
        const seen = tf.reshape(met(tf, input, info, place), [gradients.shape[0], inChannels, 1]);
        return tf.sum(tf.mul(seen, gradients), 0);
      }),
    );
    return tf.reshape(tf.stack(places), [filterHeight, filterWidth, inChannels, gradients.shape[2]]);
  });
}

/**
 * The gradient of a depthwise convolution with respect to its input: each output's gradient goes back to where its window lay.
 * @param dy `[batch, outHeight, outWidth, channels · multiplier]`
 * @param filter `[filterHeight, filterWidth, channels, multiplier]`
 * @returns `[batch, height, width, channels]`
 */
export function depthwiseInputGradient(
  tf: TensorFlow,
  dy: Tensor4D,
  filter: Tensor4D,
  info: ConvInfo,
): Tensor4D {
  return tf.tidy(() => {
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
    const { filterHeight, filterWidth, dilationHeight, dilationWidth } = info;
    const gradients = byChannel(tf, dy, inChannels);
    const multiplier = gradients.shape[2];
    // Height and width of the padded input, or of what the windows reach of it.
    const height = Math.max(needed(info, 'row'), padInfo.top + inHeight);
    const width = Math.max(needed(info, 'column'), padInfo.left + inWidth);
    const weights = tf.reshape(filter, [filterHeight * filterWidth, 1, inChannels, multiplier]);
    const total = offsets(info).reduce<Tensor4D | undefined>((sum, { row, column }, i) => {
      const next = tf.tidy(() => {
        const weight = tf.reshape(tf.slice(weights, [i, 0, 0, 0], [1, 1, inChannels, multiplier]), [
          1,
          inChannels,
          multiplier,
        ]);
        const given = tf.reshape(tf.sum(tf.mul(gradients, weight), 2), [
          batchSize,
          outHeight,
          outWidth,
          inChannels,
        ]);
        const spread = spaced(tf, given as Tensor4D, info);
        const [top, left] = [row * dilationHeight, column * dilationWidth];
        const placed = tf.pad(spread, [
          [0, 0],
          [top, height - top - spread.shape[1]],
          [left, width - left - spread.shape[2]],
          [0, 0],
        ]);
        return sum === undefined ? placed : tf.add<Tensor4D>(sum, placed);
      });
      sum?.dispose();
      return next;
    }, undefined);
    return tf.slice4d(
      total as Tensor4D,
      [0, padInfo.top, padInfo.left, 0],
      [batchSize, inHeight, inWidth, inChannels],
    );
  });
}

/** With zeros between rows and columns, as many as the stride leaves out. */
function spaced(tf: TensorFlow, x: Tensor4D, { strideHeight, strideWidth }: ConvInfo): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const cells = tf.reshape(x, [batch * height, 1, width, 1, channels]) as Tensor5D;
  const wide = tf.pad(cells, [
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ]);
  const full = tf.reshape(wide, [batch, height * strideHeight, width * strideWidth, channels]);
  return tf.slice4d(
    full as Tensor4D,
    [0, 0, 0, 0],
    [batch, (height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1, channels],
  );
}
