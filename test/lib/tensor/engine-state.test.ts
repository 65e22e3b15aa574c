import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backends, inNode, root } from './support/child.js';

interface Picture {
  scopes: number;
  kernelDepth: number;
  gradientDepth: number;
  numTensors: number;
}

interface Terminated {
  before: Picture;
  after: Picture[];
  finally: Picture;
  readable: boolean;
  losses?: [number, number];
}

function terminate(backend: string, rounds: number, restoring: boolean): Terminated {
  const script = path.join(root, 'test/lib/tensor/support/terminate.cjs');
  const args = [
    '--no-force-async-hooks-checks',
    script,
    backend,
    String(rounds),
    '7',
    restoring ? 'yes' : 'no',
  ];
  return JSON.parse(
    execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 }),
  ) as Terminated;
}

const rounds = process.env['GRADOSCOPE_FULL'] ? 500 : 40;

describe.each(backends)('engineState on %s', (backend) => {
  it(
    'puts the engine back after terminated training loops, and training goes on',
    { timeout: 120_000 },
    () => {
      const { before, after, readable, losses, finally: end } = terminate(backend, rounds, true);
      for (const picture of after) expect(picture).toEqual(before);
      expect(readable).toBe(true);
      expect(end).toEqual(before);
      const [first, last] = losses ?? [0, 1];
      expect(last).toBeLessThan(first / 2);
    },
  );

  it('is needed: without it scopes and tensors are left', () => {
    const { before, after } = terminate(backend, 1, false);
    expect(after[0]?.scopes).toBeGreaterThan(before.scopes);
    expect(after[0]?.numTensors).toBeGreaterThan(before.numTensors);
  });

  it('keeps variables and kept tensors of a scope that is dropped', () => {
    const code = `const { tf } = await room.loadTensorFlow();
      const before = tf.memory().numTensors;
      const restore = room.engineState();
      tf.engine().startScope();
      const variable = tf.variable(tf.ones([2]));
      const kept = tf.keep(tf.ones([3]));
      const dropped = tf.ones([4]);
      tf.engine().startScope();
      const inner = tf.ones([5]);
      restore();
      return { disposed: [variable, kept, dropped, inner].map((t) => t.isDisposed), more: tf.memory().numTensors - before,
        scopes: tf.engine().state.scopeStack.length, values: [...variable.dataSync(), ...kept.dataSync()] };`;
    const { value } = inNode(code, { GRADOSCOPE_BACKEND: backend });
    expect(value).toEqual({
      disposed: [false, false, true, true],
      more: 2,
      scopes: 0,
      values: [1, 1, 1, 1, 1],
    });
  });
});

it('does nothing before TensorFlow.js is loaded', () => {
  expect(inNode('room.engineState()(); return room.backend() === undefined').value).toBe(true);
});
