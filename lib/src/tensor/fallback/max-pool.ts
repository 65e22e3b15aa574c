import type { TypedArray } from '@tensorflow/tfjs';
import type { ConvInfo } from './windows.js';

/**
 * The gradient of a maximum over windows: to the first greatest of each. (The backend's own kernel takes no negative number
 * for the greatest.)
 * @param x `[batch, height, width, channels]`
 * @param dy `[batch, outHeight, outWidth, channels]`
 */
export function maxPoolGradient(
  x: TypedArray,
  dy: TypedArray,
  info: Omit<ConvInfo, 'dataFormat'>,
): Float32Array {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  const dx = new Float32Array(x.length);
  let output = 0;
  for (let image = 0; image < batchSize; image++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++)
        for (let channel = 0; channel < inChannels; channel++, output++) {
          let [greatest, where] = [-Infinity, -1];
          for (let row = i * info.strideHeight - padInfo.top, k = 0; k < info.filterHeight; k++, row++)
            for (
              let column = j * info.strideWidth - padInfo.left, l = 0;
              l < info.filterWidth;
              l++, column++
            ) {
              if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) continue;
              const index = ((image * inHeight + row) * inWidth + column) * inChannels + channel;
              const value = x[index] as number;
              if (value > greatest) [greatest, where] = [value, index];
            }
          if (where >= 0) dx[where] = (dx[where] as number) + (dy[output] as number);
        }
  return dx;
}
