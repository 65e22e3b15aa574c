/** Run by `smokeTest` as `node smoke-child.js FOLDER`. */
import { loadNative } from './load.js';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('smoke-child: the folder is missing');
const tf = loadNative(folder);
const product = tf.tidy(() => {
  const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  return [...a.matMul(a).dataSync()].join();
});
const slope = tf.tidy(
  () =>
    tf
      .grad((x) => x.mul(x).mul(x))(tf.scalar(2))
      .dataSync()[0],
);
if (product !== '7,10,15,22' || slope !== 12) throw new Error(`wrong results: ${product}; ${String(slope)}`);
const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice?: boolean };
process.stdout.write(`smoke test passed on ${isUsingGpuDevice ? 'GPU' : 'CPU'}\n`);
