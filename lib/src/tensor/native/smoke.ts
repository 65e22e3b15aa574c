import path from 'node:path';
import { NativeError } from './errors.js';
import { lastLines, runProcess } from './run-process.js';

/** Loads the libraries in a process of its own and computes a product and a gradient: a crash there is only a message here. */
export async function smokeTest(folder: string): Promise<{ gpu: boolean }> {
  const script = path.join(__dirname, 'smoke-child.js');
  const { code, output } = await runProcess(process.execPath, [script, folder], { timeoutMs: 120_000 });
  const passed = /smoke test passed on (CPU|GPU)/.exec(output);
  if (code === 0 && passed) return { gpu: passed[1] === 'GPU' };
  throw new NativeError(
    'smoke-test-failed',
    `TensorFlow was built but does not work here (exit code ${String(code)}):\n${lastLines(output, 10)}`,
    'Training goes on without it. Please report this message.',
  );
}
