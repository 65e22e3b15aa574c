import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { inNode, nativeIsHere, root } from '../tensor/support/child.js';

const entry = JSON.stringify(path.join(root, 'lib/accelerate'));
const from = `require('node:module').createRequire(${JSON.stringify(path.join(root, 'x.js'))})`;
const train = `
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), { batchSize: 2, epochs: 2, verbose: 0 });`;
const counted = `
  let calls = 0;
  const { binding } = tf.backend();
  tf.backend().binding = Object.create(binding, { runFunction: { value: (...args) => (calls++, binding.runFunction(...args)) } });`;

describe('gradoscope/accelerate', () => {
  it.skipIf(!nativeIsHere)(
    'accelerates tfjs-node, whatever its installation has come to, and is silent',
    () => {
      const code = `const accelerated = require(${entry});
      const tf = ${from}('@tensorflow/tfjs-node');
      ${counted} ${train}
      const before = calls;
      accelerated.restore();
      ${train.replace('const model', 'const second').replaceAll('model.', 'second.')}
      const { loadTensorFlow } = require(dist);
      return { same: tf === accelerated.tf && tf === (await loadTensorFlow()).tf, node: typeof tf.node, before, calls };`;
      const { value, stdout, stderr } = inNode<object>(code);
      expect(value).toEqual({ same: true, node: 'object', before: 7, calls: 7 });
      expect(stdout + stderr).toBe('');
    },
  );

  it.skipIf(!nativeIsHere)('frees what it has compiled for models that nobody has any more', () => {
    const code = `const { tf } = require(${entry});
      let removed = 0;
      const { binding } = tf.backend();
      tf.backend().binding = Object.create(binding, { removeFunction: { value: (name) => (removed++, binding.removeFunction(name)) } });
      const once = async () => { ${train} };
      await once();
      await once();
      for (let i = 0; i < 50 && removed < 1; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        gc();
      }
      return removed;`;
    expect(inNode(code, {}, ['--expose-gc']).value).toBeGreaterThanOrEqual(1);
  });

  it.skipIf(!nativeIsHere)('comes after what is loading already', () => {
    const code = `const loading = require(dist).loadTensorFlow();
      require(${entry});
      const { tf } = await loading;
      ${counted} ${train}
      return calls;`;
    expect(inNode(code).value).toBe(7);
  });

  it.skipIf(!nativeIsHere)('works in an ES module', () => {
    const file = path.join(root, 'out/accelerate-entry.mjs');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(
      file,
      `import '../lib/dist/accelerate/index.js'; import * as tf from '@tensorflow/tfjs'; ${counted} ${train} console.log(calls);`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 100_000 });
    fs.rmSync(file);
    expect([stdout, stderr]).toEqual(['7\n', '']);
  });

  it.each([
    ['asked for', { GRADOSCOPE_BACKEND: 'wasm' }],
    ['not been set up', { XDG_CACHE_HOME: '/nowhere' }],
  ])('changes nothing without native TensorFlow, and says why: %s', (why, env) => {
    const code = `require(${entry});
      const { tf } = await require(dist).loadTensorFlow();
      const stock = tf.LayersModel.prototype.makeTrainFunction.toString().includes('lossValues');
      ${train}
      return { backend: tf.getBackend(), stock };`;
    const { value, stderr } = inNode(code, env);
    expect(value).toEqual({ backend: 'wasm', stock: true });
    expect(stderr).toMatch(/^gradoscope: model\.fit is not accelerated\. .*\n$/);
    expect(stderr).toContain(why);
  });

  it('says so too when it is called there', () => {
    const code = `const { accelerate, loadTensorFlow } = require(dist + '/../index.js');
      let early; try { accelerate(); } catch (error) { early = error.message; }
      await loadTensorFlow();
      accelerate()();
      return early;`;
    const { value, stderr } = inNode(code, { GRADOSCOPE_BACKEND: 'wasm' });
    expect(value).toBe('accelerate: call loadTensorFlow() first.');
    expect(stderr).toContain('model.fit is not accelerated');
  });

  it.skipIf(!nativeIsHere)('fails when native TensorFlow is asked for and is not there', () => {
    const { error } = inNode(`require(${entry});`, {
      XDG_CACHE_HOME: '/nowhere',
      GRADOSCOPE_BACKEND: 'native',
    });
    expect(error).toMatchObject({ name: 'NativeError', code: 'not-provisioned' });
  });
});
