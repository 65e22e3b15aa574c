/** Each version of node that is supported loads TensorFlow and trains; the full run tries all, this one its own. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backends, inNode } from './support/child.js';

const own = Number(process.versions.node.split('.')[0]);
const majors = process.env.GRADOSCOPE_FULL === '1' ? [20, 22, 24, 26] : [own];

function nodeOf(major: number): string {
  if (major === own) return process.execPath;
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const { stdout, stderr } = spawnSync(npx, ['-y', `node@${major}`, '-p', 'process.execPath'], {
    encoding: 'utf8',
  });
  const node = stdout.trim().split('\n').at(-1) ?? '';
  if (!fs.existsSync(node)) throw new Error(`npm gave no node ${major}: ${stderr}`);
  return node;
}

const train = `const { tf, name } = await room.loadTensorFlow();
  const model = tf.sequential({ layers: [
    tf.layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3, activation: 'relu', kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }) }),
    tf.layers.flatten(), tf.layers.dense({ units: 2, kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) })] });
  const weights = model.trainableWeights.map((weight) => weight.read());
  const optimizer = tf.train.adam(0.05);
  const step = room.compileStep((x, y) => {
    const { value, grads } = tf.variableGrads(() => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })), weights);
    optimizer.applyGradients(grads);
    return value;
  });
  const x = tf.randomNormal([16, 6, 6, 1], 0, 1, 'float32', 3);
  const y = tf.oneHot(tf.tensor1d([...Array(16).keys()].map((i) => i % 2), 'int32'), 2).toFloat();
  const losses = [];
  for (let i = 0; i < 30; i++) losses.push(step.run(x, y)[0].dataSync()[0]);
  return { name, version: process.versions.node, mode: step.mode, first: losses[0], last: losses[29] };`;

interface Trained {
  readonly name: string;
  readonly version: string;
  readonly mode: string;
  readonly first: number;
  readonly last: number;
}

describe.each(majors)('node %i', { timeout: 300_000 }, (major) => {
  it.each(backends)('trains on %s, and is silent', (backend) => {
    const env = { GRADOSCOPE_BACKEND: backend };
    const { value, error, stdout, stderr } = inNode<Trained>(train, env, [], nodeOf(major));
    expect(error).toBeUndefined();
    expect(value).toMatchObject({ name: backend, mode: backend === 'native' ? 'graph' : 'eager' });
    expect(value.version).toMatch(new RegExp(`^${major}\\.`));
    expect(value.last).toBeLessThan(value.first / 2);
    expect(stdout + stderr).toBe('');
  });
});
