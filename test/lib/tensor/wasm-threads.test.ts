import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const library = path.resolve('lib/dist/tensor/index.js');

/** Waits for the threads, computes, and prints a hash of all bits; then it ends by itself, though threads sleep. */
const program = `
  const { createHash } = require('node:crypto');
  const { loadTensorFlow, wasmThreads } = require(${JSON.stringify(library)});
  loadTensorFlow().then(async ({ tf }) => {
    if (wasmThreads() !== 1) throw new Error('threads before there is work for them');
    tf.matMul(tf.ones([200, 200]), tf.ones([200, 200])).dispose();
    const wanted = Number(process.env.GRADOSCOPE_WASM_THREADS);
    for (let i = 0; i < 600 && wasmThreads() < wanted; i++) await new Promise((done) => setTimeout(done, 50));
    const hash = createHash('sha256');
    const add = (tensor) => hash.update(new Uint8Array(tensor.dataSync().slice().buffer));
    const normal = (shape, seed) => tf.randomNormal(shape, 0, 1, 'float32', seed);
    const loss = (x, w, v) => {
      const y = tf.relu(tf.add(tf.conv2d(x, w, 1, 'same'), v.slice(0, 1).reshape([-1]).slice(0, 24)));
      const pooled = tf.maxPool(tf.depthwiseConv2d(y, tf.ones([3, 3, 24, 1]), 1, 'same'), 2, 2, 'same');
      return tf.sum(tf.square(tf.matMul(pooled.reshape([-1, 24]), v)));
    };
    for (const batch of [1, 5, 16]) {
      const inputs = [normal([batch, 30, 31, 7], 1), normal([3, 3, 7, 24], 2), normal([24, 70], 3)];
      tf.grads(loss)(inputs).forEach(add);
    }
    // The memory grows under the threads.
    const held = Array.from({ length: 40 }, () => tf.zeros([1e6]));
    add(tf.matMul(normal([300, 301], 4), normal([301, 302], 5)));
    console.log(JSON.stringify({ threads: wasmThreads(), hash: hash.digest('hex'), held: held.length }));
  });
`;

const run = async (threads: string) => {
  const env = { ...process.env, GRADOSCOPE_BACKEND: 'wasm', GRADOSCOPE_WASM_THREADS: threads };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { env, timeout: 100_000 });
  return JSON.parse(stdout) as { threads: number; hash: string };
};

describe('threads of the WebAssembly backend', () => {
  it('give the same bits, however many', async () => {
    const [one, two, five] = [await run('1'), await run('2'), await run('5')];
    expect([one.threads, two.threads, five.threads]).toEqual([1, 2, 5]);
    expect(two.hash).toBe(one.hash);
    expect(five.hash).toBe(one.hash);
  });

  it('are a number from 1 to 64', async () => {
    await expect(run('0')).rejects.toThrow(
      /GRADOSCOPE_WASM_THREADS is '0'; allowed is a whole number from 1 to 64/,
    );
  });
});
