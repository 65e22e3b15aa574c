import { convolutionRoom, filterGradient, forward, inputGradient } from './convolution';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
import { columnSums, reluGradient } from './elementwise';
import { at, place } from './memory';
import { maxPoolGradient } from './pooling';
import { product } from './product';

export { convolutionRoom };

/**
 * Does part `part` of `parts` of a kernel's work. Parts write to different numbers, and no sum depends on how many there are.
 * `work`, numbers in memory: two inputs, the output, room to work in and how many numbers of it each part has, then sizes.
 */
export function run(kernel: i32, work: usize, part: i32, parts: i32): void {
  const first: usize = at(work, 0);
  const second: usize = at(work, 1);
  const out: usize = at(work, 2);
  const room = place(at(work, 3), part * at(work, 4));
  const sizes = place(work, 5);
  // The order is that of KERNELS in lib/src/tensor/fallback/own/module.ts.
  switch (kernel) {
    case 0:
      return product(sizes, first, second, out, room, part, parts);
    case 1:
      return forward(sizes, first, second, out, room, part, parts);
    case 2:
      return filterGradient(sizes, first, second, out, room, part, parts);
    case 3:
      return inputGradient(sizes, first, second, out, room, part, parts);
    case 4:
      return maxPoolGradient(sizes, first, second, out, part, parts);
    case 5:
      return depthwiseFilterGradient(sizes, first, second, out, part, parts);
    case 6:
      return depthwiseInputGradient(sizes, first, second, out, part, parts);
    case 7:
      return columnSums(sizes, first, out, room, part, parts);
    case 8:
      return reluGradient(sizes, first, second, out, part, parts);
  }
}
