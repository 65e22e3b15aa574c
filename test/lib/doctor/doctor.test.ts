import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReportData } from '../../../lib/dist/doctor/report.js';
import { backends, inNode, nativeIsHere, root } from '../tensor/support/child.js';

const full = process.env.GRADOSCOPE_FULL === '1';
/** Measuring takes ten seconds: the full run measures on every backend. */
const measured = full ? ([...backends, 'cpu'] as const) : ([backends[0]] as const);
const nowhere = { XDG_CACHE_HOME: '/nowhere' };

interface Examined {
  readonly report: ReportData;
  readonly text: string;
  readonly html: string;
  readonly plain: string;
  readonly inspected: string;
  readonly reason: string;
  readonly leaked: number;
  readonly progress: readonly string[];
  readonly turns: number;
  readonly seconds: number;
}

const examine = (speed: boolean): string => `
  const { doctor } = require(dist + '/../index.js');
  const { tf, reason } = await room.loadTensorFlow().catch(() => ({}));
  const before = tf?.memory().numTensors;
  const progress = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  const began = performance.now();
  const report = await doctor({ speed: ${speed}, onProgress: (line) => progress.push(line) });
  clearInterval(timer);
  const shown = report[Symbol.for('Jupyter.display')]();
  return { report, text: String(report), html: shown['text/html'], plain: shown['text/plain'], inspected: require('util').inspect(report), reason, progress, turns,
    seconds: (performance.now() - began) / 1000, leaked: tf && tf.memory().numTensors - before };`;

describe('doctor', () => {
  it.each([...backends, 'cpu'])('describes this machine and the backend %s', (name) => {
    const env = { GRADOSCOPE_BACKEND: name };
    const { value, error, stdout, stderr } = inNode<Examined>(examine(false), env);
    expect(error).toBeUndefined();
    const { report, text } = value;
    expect(report.versions).toMatchObject({ gradoscope: '0.1.0', node: process.versions.node });
    expect(report.versions.tfjs).toMatch(/^4\./);
    expect(report.versions.tensorflow === undefined).toBe(name !== 'native');
    expect(report.backend).toMatchObject({ name, reason: value.reason, asked: name });
    expect(report.processor).toMatchObject({ logical: os.cpus().length, model: os.cpus()[0]?.model.trim() });
    expect(report.processor.threads).toBe(name === 'native' ? report.processor.allowed : 1);
    expect(report.memory.total).toBe(os.totalmem());
    expect(report.memory.available).toBeGreaterThan(0);
    expect(report.copies.loaded).toHaveLength(1);
    expect(report.cache.builds.cpu.state === 'ready').toBe(nativeIsHere);
    if (nativeIsHere) expect(report.cache.bytes).toBeGreaterThan(1e8);
    expect(report.speed).toBeUndefined();
    expect(value.progress).toEqual([]);
    expect(value.leaked).toBe(0);
    expect(text).toContain(value.reason);
    expect([value.plain, value.inspected]).toEqual([text, text]);
    expect(value.html).toContain('<table>');
    expect(value.html).toContain('What to do next');
    expect(stdout + stderr).toBe('');
  });

  it('without native TensorFlow, says how to get it', () => {
    const { value } = inNode<Examined>(examine(false), nowhere);
    expect(value.report.backend).toMatchObject({ name: 'wasm', simd: true });
    expect(value.report.cache).toMatchObject({ bytes: 0, builds: { cpu: { state: 'not-provisioned' } } });
    expect(value.report.findings).toContainEqual(
      expect.objectContaining({ level: 'advice', remedy: 'npx gradoscope native' }),
    );
  });

  it.each([
    ['native', 'has not been set up', 'npx gradoscope native'],
    ['gpu', 'CUDA', 'npx gradoscope native --gpu'],
    ['tpu', "is 'tpu'; allowed are", 'Unset GRADOSCOPE_BACKEND'],
  ])('survives a backend that cannot be had: %s', (name, reason, remedy) => {
    const env = { ...nowhere, GRADOSCOPE_BACKEND: name };
    const { value, error } = inNode<Examined>(examine(true), env);
    expect(error).toBeUndefined();
    expect(value.report.backend.name).toBeUndefined();
    expect(value.report.backend.reason).toContain(reason);
    expect(value.report.speed).toBeUndefined();
    const [first] = value.report.findings;
    expect(first).toMatchObject({ level: 'wrong', remedy: expect.stringContaining(remedy) as string });
  });

  it.each(measured)('measures the speed of %s', (name) => {
    const { value, error, stderr } = inNode<Examined>(examine(true), { GRADOSCOPE_BACKEND: name });
    expect(error).toBeUndefined();
    expect(value.seconds).toBeLessThan(100);
    const { speed } = value.report;
    expect(speed?.matMul.gflops).toBeGreaterThan(0.01);
    expect(speed?.copyGBps).toBeGreaterThan(0.01);
    expect(speed?.steps.map(({ model }) => model)).toEqual(['MLP', 'CNN']);
    for (const step of speed?.steps ?? []) {
      expect(step.mode).toBe(name === 'native' ? 'graph' : 'eager');
      expect(step.ms).toBeGreaterThan(0);
      expect(step.runs).toBeGreaterThanOrEqual(1);
      expect(step.limitMs).toBeCloseTo(step.flops / (speed?.matMul.gflops ?? NaN) / 1e6, 6);
      expect(step.ratio).toBeCloseTo(step.ms / step.limitMs, 6);
    }
    expect(value.turns).toBeGreaterThan(10); // the event loop was not held up
    expect(value.progress).toHaveLength(4);
    expect(value.leaked).toBe(0);
    expect(value.text).toMatch(/MLP: dense 784–128–10 +\d+ /);
    expect(stderr).toBe('');
  });

  it('refuses an option of another type', () => {
    const code = `return require(dist + '/../index.js').doctor({ speed: 'yes' })`;
    const { error } = inNode(code);
    expect(error).toMatchObject({ name: 'TypeError' });
    expect(error?.message).toBe('doctor: options.speed must be true or false; it is yes.');
  });
});

describe('gradoscope doctor', () => {
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [path.join(root, 'lib/bin/gradoscope.cjs'), 'doctor', ...args], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });

  it('prints the report, or its data', () => {
    const text = run(['--no-speed']);
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toMatch(/^Versions\n[^]*\nWhat to do next\n/);
    const { stdout } = run(['--no-speed', '--json']);
    expect((JSON.parse(stdout) as ReportData).versions.node).toBe(process.versions.node);
  });

  it('ends with status 1 when something is wrong', () => {
    const { status, stdout } = run(['--no-speed'], { GRADOSCOPE_BACKEND: 'tpu' });
    expect(status).toBe(1);
    expect(stdout).toContain("WRONG The environment variable GRADOSCOPE_BACKEND is 'tpu'");
  });

  it('ends with status 2 for a wrong command line', () => {
    const { status, stderr } = run(['--fast']);
    expect(status).toBe(2);
    expect(stderr).toContain("Unknown option '--fast'");
  });
});
