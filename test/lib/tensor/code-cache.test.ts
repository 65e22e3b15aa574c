import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { hashOf, readCode, writeCode } from '../../../lib/dist/tensor/code-cache/store.js';
import { inNode } from './support/child.js';

// Not in a temporary folder: no code is taken from there.
const folder = resolve(import.meta.dirname, '../../../out/code-cache-test');
const file = resolve(folder, 'code.bin');
const code = new Map([[hashOf('source').toString('base64'), Buffer.from('compiled')]]);

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the file of compiled code', () => {
  test('holds what was written, for the user alone', () => {
    writeCode(file, code);
    expect(readCode(file)).toEqual(code);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('is not taken when a byte of it is wrong, when it is cut off, or when others may write there', () => {
    writeCode(file, code);
    const whole = readFileSync(file);
    for (const torn of [whole.subarray(0, -1), whole.subarray(0, 10), Buffer.alloc(0), flipped(whole)]) {
      writeFileSync(file, torn);
      expect(readCode(file)).toBeUndefined();
    }
    writeFileSync(file, whole);
    expect(readCode(file)).toEqual(code);
    chmodSync(folder, 0o777);
    expect(readCode(file)).toBeUndefined();
    expect(() => writeCode('/tmp/gradoscope-code-test/code.bin', code)).toThrow(/temporary folder/);
  });
});

test('TensorFlow.js computes the same from kept code, and a file that changed is compiled anew', () => {
  const run = `
    const { reuseCompiledCode } = require('./lib/dist/tensor/code-cache/index.js');
    const done = reuseCompiledCode(${JSON.stringify(file)});
    const tf = require('@tensorflow/tfjs');
    done();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await tf.setBackend('cpu');
    return Array.from(tf.matMul([[1, 2], [3, 4]], [[1], [1]]).dataSync());
  `;
  const env = { GRADOSCOPE_BACKEND: 'cpu' };
  expect(inNode(run, env).value).toEqual([3, 7]);
  const kept = readCode(file);
  expect(kept?.size).toBeGreaterThan(5);
  const before = statSync(file).mtimeMs;
  expect(inNode(run, env).value).toEqual([3, 7]);
  expect(statSync(file).mtimeMs, 'nothing had to be compiled').toBe(before);
  // The code of one source under the hash of another is what a changed file would meet: it is not asked for.
  writeCode(file, new Map([...(kept ?? [])].map(([key, data]) => [`${key}x`, data])));
  expect(inNode(run, env).value).toEqual([3, 7]);
  expect(readCode(file)?.size).toBe(kept?.size);
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
  return copy;
}
