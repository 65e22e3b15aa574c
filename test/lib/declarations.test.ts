import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type * as TypeScript from 'typescript';

// The compiler of notebooks' cells is older than ours, and resolves modules as Node did before `exports`.
const require = createRequire(import.meta.url);
const ts = require('@tslab/typescript-for-tslab') as typeof TypeScript;
const root = path.resolve(import.meta.dirname, '../..');

const cell = `
import * as tf from '${path.join(root, 'lib/types/tfjs')}';
import * as gradoscope from '${path.join(root, 'lib')}';
import * as run from '${path.join(root, 'lib/run')}';
import * as figures from '${path.join(root, 'lib/figures')}';
import * as display from '${path.join(root, 'lib/display')}';
import { tf as accelerated, restore } from '${path.join(root, 'lib/accelerate')}';
import * as preload from '${path.join(root, 'lib/dist/preload')}';
export { accelerated, restore, gradoscope, run, figures, display, preload };
export const image: Promise<Uint8Array> | undefined = tf.node?.encodePng(tf.zeros([2, 2, 3]));
// @ts-expect-error node may be undefined
export const unchecked = tf.node.encodePng;
// @ts-expect-error a tensor is no number: the types are there
export const wrong: number = tf.scalar(1);
// @ts-expect-error nor is a backend
export const wrongToo: number = gradoscope.loadTensorFlow();
`;

const bundled = `
import * as tf from '${path.join(root, 'lib/dist/types/tfjs')}';
export const image: Promise<Uint8Array> | undefined = tf.node?.encodePng(tf.zeros([2, 2, 3]));
export const model: tf.LayersModel = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
// @ts-expect-error a tensor is no number
export const wrong: number = tf.scalar(1).add(1);
// @ts-expect-error it has four dimensions
export const four: tf.Tensor3D = tf.scalar(1).as4D(1, 1, 1, 1);
`;

function compile(text: string, skipLibCheck = false): string[] {
  const file = path.join(root, 'test/lib/cell.ts');
  const options: TypeScript.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck,
    target: ts.ScriptTarget.ES2021,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    lib: ['lib.es2021.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    esModuleInterop: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? text : readFile(name));
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file: where, messageText }) =>
        `${where?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

describe('declarations', () => {
  it(
    "compile under the notebook compiler's TypeScript, with all libraries checked",
    { timeout: 120_000 },
    () => {
      expect(ts.version).toBe('5.0.4');
      const ours = compile(cell).filter(
        (message) => !/node_modules\/(?!gradoscope)/.test(message.split(': ')[0] ?? ''),
      );
      expect(ours).toEqual([]);
    },
  );

  it('of TensorFlow.js are the same in one file', { timeout: 120_000 }, () => {
    expect(compile(bundled, true)).toEqual([]);
  });

  it('hold no type that this compiler does not know', () => {
    const folders = ['lib/dist', 'lib/types'].map((folder) => path.join(root, folder));
    for (const folder of folders) {
      for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!name.endsWith('.d.ts')) continue;
        const text = fs.readFileSync(path.join(folder, name), 'utf8');
        expect(text, name).not.toMatch(/\b(Float32|Float64|Int32|Uint8)Array<Array/);
      }
    }
  });
});
