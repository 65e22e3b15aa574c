import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backends, inNode, nativeIsHere } from './support/child.js';

/** Takes a cure out before TensorFlow.js is loaded, so that the fault that it cures shows. */
const without = (cure: string, exported: string) =>
  `{ const file = dist + '/cures/${cure}.js'; require(file); require.cache[file].exports = { ${exported}: () => undefined }; }`;

const round = `const { tf } = await room.loadTensorFlow();
  const before = tf.memory();
  const result = tf.tidy(() => [
    [...tf.round(tf.tensor1d([5, -6, 7], 'int32')).dataSync()],
    [...tf.round(tf.tensor1d([1.4, 2.6, -0.7])).dataSync()],
    tf.round(tf.tensor1d([5], 'int32')).dtype,
  ]);
  const { numTensors, numDataBuffers } = tf.memory();
  return { result, leaked: [numTensors - before.numTensors, numDataBuffers - before.numDataBuffers] };`;

const histogram = (folder: string) => `const { tf } = await room.loadTensorFlow();
  const writer = tf.node.summaryFileWriter(${JSON.stringify(folder)});
  for (const data of [tf.zeros([10]), tf.fill([3, 2], 7), tf.randomNormal([20], 0, 1, 'float32', 1)]) writer.histogram('h', data, 0);
  writer.flush();
  const size = fs.readdirSync(${JSON.stringify(folder)}).map((name) => fs.statSync(${JSON.stringify(folder)} + '/' + name).size);
  const rows = [tf.zeros([10]), tf.fill([3, 2], 7)].map((data) => [...tf.backend().buckets(data, 30).dataSync()]);
  return { size: size[0], rows };`;

const topk = `const { tf } = await room.loadTensorFlow();
  return [...tf.topk(tf.tensor1d([1, 5, 3]), 2).values.dataSync()];`;

/** Depthwise convolutions with dilations, and what an ordinary convolution of each channel gives. */
const depthwise = `const { tf } = await room.loadTensorFlow();
  const before = tf.memory();
  const gap = tf.tidy(() => {
    const gaps = [];
    for (const [rate, pad] of [[2, 'valid'], [[1, 3], 'same'], [[2, 3], 'valid'], [2, [[0, 0], [1, 2], [2, 0], [0, 0]]]]) {
      const [x, filter] = [tf.randomNormal([2, 9, 8, 3], 0, 1, 'float32', 1), tf.randomNormal([3, 2, 3, 2], 0, 1, 'float32', 2)];
      const each = tf.split(x, 3, 3).map((channel, i) =>
        tf.conv2d(channel, filter.slice([0, 0, i, 0], [3, 2, 1, 2]), 1, pad, 'NHWC', rate));
      const expected = tf.concat(each, 3);
      const fused = tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad, dilations: rate, activation: 'relu', bias: tf.ones([6]) });
      gaps.push(tf.sub(tf.depthwiseConv2d(x, filter, 1, pad, 'NHWC', rate), expected).abs().max());
      gaps.push(tf.sub(fused, tf.relu(tf.add(expected, 1))).abs().max());
    }
    return tf.max(tf.stack(gaps)).dataSync()[0];
  });
  const { numTensors, numDataBuffers } = tf.memory();
  return { gap, leaked: [numTensors - before.numTensors, numDataBuffers - before.numDataBuffers] };`;

describe.skipIf(!nativeIsHere)('cures of tfjs-node', () => {
  it('rounds int32', () => {
    const expected = [[5, -6, 7], [1, 3, -1], 'int32'];
    expect(inNode(round).value).toEqual({ result: expected, leaked: [0, 0] });
    const stock = inNode<{ result: number[][] }>(without('round', 'cureRound') + round).value;
    expect(stock.result[0]).not.toEqual(expected[0]);
  });

  it('writes the histogram of constant data', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'histogram-'));
    try {
      const { value } = inNode<{ size: number; rows: number[][] }>(histogram(folder));
      expect(value.rows).toEqual([
        [-0.5, 0.5, 10],
        [6.5, 7.5, 6],
      ]);
      expect(value.size).toBeGreaterThan(500);
      const stock = inNode(without('histogram', 'cureHistogram') + histogram(folder));
      expect(stock.error?.message).toMatch(/concat/i);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('convolves each channel with dilations', () => {
    const { value } = inNode<{ gap: number; leaked: number[] }>(depthwise);
    expect(value.gap).toBeLessThan(1e-5);
    expect(value.leaked).toEqual([0, 0]);
    const stock = inNode(without('depthwise', 'cureDepthwise') + depthwise);
    expect(stock.error?.message).toMatch(/does not support dilations/);
  });

  it("works on a node without util's old functions, and does not deprecate on one with them", () => {
    const removed = `const util = require('node:util'); delete util.isNullOrUndefined; delete util.isArray;`;
    expect(inNode(removed + topk).value).toEqual([5, 3]);
    expect(inNode(topk, {}, ['--throw-deprecation']).value).toEqual([5, 3]);
    const stock = inNode(without('node-util', 'cureNodeUtil') + removed + topk, {
      GRADOSCOPE_BACKEND: 'native',
    });
    expect(stock.error?.message).toMatch(/isNullOrUndefined|isArray/);
  });
});

const comparison = `const { tf } = await room.loadTensorFlow();
  const x = tf.tensor1d([-1, 2]);
  return [...tf.grad((t) => t.mul(t.greater(0).toFloat()))(x).dataSync()];`;

describe('cures of TensorFlow.js', () => {
  it.each(backends)('give comparisons a gradient (%s)', (backend) => {
    const env = { GRADOSCOPE_BACKEND: backend };
    expect(inNode(comparison, env).value).toEqual([0, 1]);
    const stock = inNode(without('gradients', 'cureGradients') + comparison, env);
    expect(stock.error?.message).toMatch(/gradient/i);
  });

  it('keep the plain JavaScript backend from greeting', () => {
    const code = 'const { tf } = await room.loadTensorFlow(); return tf.scalar(1).add(1).dataSync()[0];';
    const env = { GRADOSCOPE_BACKEND: 'cpu' };
    expect(inNode(code, env).stderr).toBe('');
    expect(inNode(without('greeting', 'cureGreeting') + code, env).stderr).toContain('Hi');
  });
});
