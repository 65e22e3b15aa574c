import { afterEach, expect, test, vi } from 'vitest';
import { clearOutput, display, html } from '../../../lib/dist/display/index.js';

const HOST = Symbol.for('gradoscope.host');

afterEach(() => {
  Reflect.deleteProperty(globalThis, HOST);
  vi.restoreAllMocks();
});

test('without a kernel the text goes to the terminal', async () => {
  const lines: unknown[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  const handle = display(html`<b>${'a'}</b>`);
  handle.update(5);
  display({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/plain': 'later' }) });
  display({ [Symbol.for('Jupyter.display')]: () => Promise.reject(new Error('no')) });
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(lines.slice(0, 3)).toEqual(['a', 5, 'later']);
  expect(lines[3]).toMatch(/failed: Error: no$/);
  clearOutput();
  expect(() => clearOutput({ wait: 1 as never })).toThrow(
    'clearOutput: options.wait must be true or false; it is 1.',
  );
});

test('in a kernel the host shows it', () => {
  const calls: unknown[] = [];
  const host = {
    version: 1,
    show: (...args: unknown[]) => (calls.push(args), { id: 'x', update: () => undefined }),
    clearOutput: (wait: boolean) => calls.push(wait),
  };
  Object.defineProperty(globalThis, HOST, { value: host, configurable: true });
  expect(display(1, { id: 'x', update: true }).id).toBe('x');
  clearOutput({ wait: true });
  expect(calls).toEqual([[1, { id: 'x', update: true }], true]);
});
