import type { Tensor2D } from '@tensorflow/tfjs';
import { detached, type TensorFlow } from '../../tensor/index.js';
import { timed, timeOf, turn } from './timing.js';

/** How fast the backend multiplies float32 matrices: the limit of what a training step can reach. */
export interface MatMulSpeed {
  /** Rows and columns of the matrices; as large as the time allows. */
  readonly size: number;
  /** 10⁹ floating-point operations a second, 2·size³ a product; the median of the runs. */
  readonly gflops: number;
  readonly runs: number;
}

const SMALLEST = 128;
const LARGEST = 4096;

/** Times products of square matrices on the backend for about `budget` ms. */
export async function matMulSpeed(tf: TensorFlow, budget: number): Promise<MatMulSpeed> {
  for (let size = SMALLEST; ; size *= 2) {
    const [a, b] = detached((): [Tensor2D, Tensor2D] => [
      tf.randomUniform([size, size], -1, 1, 'float32', 1),
      tf.randomUniform([size, size], -1, 1, 'float32', 2),
    ]);
    // One value is read, so that a device that runs ahead has come to the end.
    const multiply = (): void =>
      detached(() => tf.tidy(() => void tf.matMul(a, b).slice([0, 0], [1, 1]).dataSync()));
    try {
      multiply(); // the first hands the values over
      const once = timeOf(multiply);
      await turn();
      // The next size takes eight times as long.
      if (size < LARGEST && once * 8 * 3 < budget) continue;
      const { ms, runs } = await timed(multiply, budget);
      return { size, gflops: (2 * size ** 3) / ms / 1e6, runs };
    } finally {
      tf.dispose([a, b]);
    }
  }
}

const COPIED = 64 * 2 ** 20;

/** How fast one thread copies memory, in 10⁹ bytes a second (each is read once and written once). */
export async function copySpeed(budget: number): Promise<number> {
  const from = new Float32Array(COPIED / 4).fill(1);
  const to = new Float32Array(COPIED / 4);
  to.set(from); // the first takes the pages from the system
  const { ms } = await timed(() => to.set(from), budget);
  return COPIED / ms / 1e6;
}
