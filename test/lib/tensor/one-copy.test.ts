import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends, dist, inNode, root } from './support/child.js';

let folder: string;

/** A project with a package of TensorFlow.js's name: only its version matters for what is pinned. */
function project(version: string): string {
  const home = path.join(folder, version);
  const copy = path.join(home, 'node_modules/@tensorflow/tfjs');
  fs.mkdirSync(path.join(copy, 'dist'), { recursive: true });
  fs.writeFileSync(
    path.join(copy, 'package.json'),
    JSON.stringify({ name: '@tensorflow/tfjs', version, main: 'dist/tf.node.js' }),
  );
  fs.writeFileSync(path.join(copy, 'dist/tf.node.js'), '');
  return home;
}

beforeAll(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'one-copy-')));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const pin = (cwd: string) =>
  inNode<string>(`return require(dist + '/one-copy.js').pinTensorFlow(${JSON.stringify(cwd)});`).value;

describe('one TensorFlow.js a process', () => {
  it.each(backends)('is one object under all its names, from anywhere (%s)', (backend) => {
    const elsewhere = path.join(project('3.0.0'), 'index.js');
    const code = `const { tf } = await room.loadTensorFlow();
      const from = (file) => require('node:module').createRequire(file);
      const names = ['@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];
      const places = [${JSON.stringify(elsewhere)}, dist + '/x.js', '/x.js'];
      const same = places.flatMap((place) => names.map((name) => from(place)(name) === tf));
      const core = from('/x.js')('@tensorflow/tfjs-core');
      const t = core.scalar(3);
      return { same: same.every(Boolean), core: t instanceof tf.Tensor && core.tidy === tf.tidy, layers: from('/x.js')('@tensorflow/tfjs-layers').sequential === tf.sequential };`;
    expect(inNode(code, { GRADOSCOPE_BACKEND: backend }).value).toEqual({
      same: true,
      core: true,
      layers: true,
    });
  });

  it("takes the project's own copy when its version fits", () => {
    const home = project('4.99.0');
    expect(pin(home)).toBe(path.join(home, 'node_modules/@tensorflow/tfjs'));
  });

  it.each(['3.21.0', '4.21.0', '5.0.0'])("takes the library's own when the project has %s", (version) => {
    expect(pin(project(version))).toBe(path.join(root, 'node_modules/@tensorflow/tfjs'));
  });

  it('leaves other requests alone', () => {
    const code = `try { require('@tensorflow/tfjs-vis'); } catch (error) { return error.code; }`;
    expect(inNode(code).value).toBe('MODULE_NOT_FOUND');
    expect(dist).toContain('tensor');
  });
});
