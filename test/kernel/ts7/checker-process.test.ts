import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { findBinary } from '../../../kernel/dist/engine/ts7/checker/binary.js';
import { Notebook } from './checker-support.js';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const gone = async (pid: number): Promise<void> => {
  for (let i = 0; alive(pid); i++) {
    if (i > 200) throw new Error(`The server ${pid} still runs.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};

describe('the server', () => {
  test('is started again when it was killed, before a check or in the middle of one, and knows all cells', async () => {
    const notebook = new Notebook();
    await notebook.run('const x = 1');
    const before = notebook.checker.pid ?? 0;
    process.kill(before, 'SIGKILL');
    expect(await notebook.run('x.foo')).toEqual(["2339 Property 'foo' does not exist on type '1'."]);
    const checking = notebook.run('x.bar');
    process.kill(notebook.checker.pid ?? 0, 'SIGKILL');
    expect(await checking).toEqual(["2339 Property 'bar' does not exist on type '1'."]);
    expect(notebook.checker.pid).not.toBe(before);
  });

  test('is ended when it hangs, with an error that says so, and the next check works', async () => {
    const notebook = new Notebook({}, 8000);
    await notebook.run('const x = 1');
    const pid = notebook.checker.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await expect(notebook.run('x.foo')).rejects.toThrow(/did not answer within 8 s and was ended/);
    expect(await notebook.run('x.foo')).toEqual(["2339 Property 'foo' does not exist on type '1'."]);
    await gone(pid);
  });

  test('ends with the checker, and with a process that is killed', async () => {
    const notebook = new Notebook();
    await notebook.run('1');
    const pid = notebook.checker.pid ?? 0;
    notebook.checker.close();
    await gone(pid);
    await expect(notebook.run('2')).rejects.toThrow(/closed/);

    const checker = createRequire(import.meta.url).resolve(
      '../../../kernel/dist/engine/ts7/checker/checker.js',
    );
    const code = `
      const { TypeChecker } = require(${JSON.stringify(checker)});
      const checker = new TypeChecker({ cwd: process.cwd(), roots: [], types: new Map(), ambient: [] });
      const empty = { code: '', jsx: false, declared: [], free: new Set(), imports: [], syntaxErrors: [] };
      checker.check(empty).then(() => { console.log(checker.pid); setInterval(() => {}, 1000); });`;
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const server = Number(line.toString());
    expect(alive(server)).toBe(true);
    child.kill('SIGKILL');
    await gone(server);
  });

  test('is missing on a platform without it, with an error that leads on', () => {
    expect(() => findBinary('plan9', 'mips')).toThrow(/no compiler for plan9 mips.*--engine tslab/);
  });
});

describe('a long notebook', () => {
  test('keeps what is in use only, and stays as fast as at its start', async () => {
    const cells = process.env.GRADOSCOPE_FULL === '1' ? 5000 : 150;
    const notebook = new Notebook();
    const times: number[] = [];
    await notebook.run('const base = 1');
    for (let i = 0; i < cells; i++) {
      const began = performance.now();
      const errors = await notebook.run(i % 2 === 0 ? `const v = base + ${i}` : `v + ${i}`);
      times.push(performance.now() - began);
      expect(errors).toEqual([]);
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1] ?? 0;
    const start = median(times.slice(10, 60));
    expect(median(times.slice(-50))).toBeLessThan(10 * start);
    expect(notebook.checker.size).toBeLessThan(15);
  }, 600_000);

  test('of cells that each use the one before is no deeper at its end, and keeps all types', async () => {
    const notebook = new Notebook();
    await notebook.run('import * as fs from "node:fs"; class Own { n = 1 }');
    await notebook.run(
      'let v0 = 1, s0 = fs.statSync("."), o0 = { a: 1, f: (x: number) => [x] }; function g0(x: number) { return [x] }',
    );
    await notebook.run('const c0 = new Own()');
    for (let i = 1; i <= 44; i++) {
      const j = i - 1;
      const code = `let v${i} = v${j} + 1, s${i} = s${j}, o${i} = { ...o${j}, b: 's' }; function g${i}(x: number) { return g${j}(x) }`;
      expect(await notebook.run(code)).toEqual([]);
      expect(await notebook.run(`const c${i} = c${j}`)).toEqual([]);
    }
    for (const i of [44, 20, 10]) {
      expect(await notebook.run(`const n${i}: string = [v${i}]`)).toEqual([
        "2322 Type 'number[]' is not assignable to type 'string'.",
      ]);
      expect(await notebook.run(`s${i}.size.foo`)).toEqual([
        "2339 Property 'foo' does not exist on type 'number'.",
      ]);
      expect(await notebook.run(`o${i}.f(o${i}.a).foo`)).toEqual([
        "2339 Property 'foo' does not exist on type 'number[]'.",
      ]);
      expect(await notebook.run(`g${i}(1).foo`)).toEqual([
        "2339 Property 'foo' does not exist on type 'number[]'.",
      ]);
      expect(await notebook.run(`c${i}.foo`)).toEqual(["2339 Property 'foo' does not exist on type 'Own'."]);
    }
    const deep = Array.from({ length: 45 }, (_, i) => notebook.checker.depth(`v${i}`));
    expect(Math.max(...deep)).toBeLessThan(25);
  }, 120_000);
});
