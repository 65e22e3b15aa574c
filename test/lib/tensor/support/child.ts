import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
export const dist = path.join(root, 'lib/dist/tensor');

/** The room's built files, as they ship. */
const require = createRequire(import.meta.url);
export const requireBuilt = <T>(file: string): T => require(path.join(dist, file)) as T;

export interface Child<T> {
  readonly value: T;
  readonly error: { name: string; message: string; code?: string; remedy?: string } | undefined;
  /** What the process wrote besides, which is nothing. */
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs code in a node process of its own, for TensorFlow.js is loaded once a process. The code is the body of an async
 * function with `require`, `dist` (the room's folder) and `room` (its module, loaded at its first use) in scope; what it
 * returns comes back as JSON.
 */
export function inNode<T>(
  code: string,
  env: NodeJS.ProcessEnv = {},
  args: readonly string[] = [],
  node = process.execPath,
): Child<T> {
  const script = `
    const dist = ${JSON.stringify(dist)};
    const fs = require('node:fs');
    const answer = (value) => fs.writeSync(3, JSON.stringify(value));
    const room = new Proxy({}, { get: (_, name) => require(dist)[name] });
    (async () => { ${code} })().then(
      (value) => answer({ value }),
      ({ name, message, code, remedy }) => answer({ error: { name, message, code, remedy } }),
    );`;
  const { GRADOSCOPE_BACKEND: _, ...inherited } = process.env;
  const child = spawnSync(node, [...args, '-e', script], {
    env: { ...inherited, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  const answer = child.output[3];
  if (!answer)
    throw new Error(`the child process failed (${String(child.status ?? child.signal)}):\n${child.stderr}`);
  return { ...(JSON.parse(answer) as Child<T>), stdout: child.stdout, stderr: child.stderr };
}

const probe = inNode<boolean>('return (await room.loadTensorFlow()).native');

/** Whether native TensorFlow has been set up here; its tests are skipped otherwise. */
export const nativeIsHere = probe.value;

export const backends = nativeIsHere ? (['native', 'wasm'] as const) : (['wasm'] as const);
