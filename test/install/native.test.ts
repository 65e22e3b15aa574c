import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './support/checkout.js';

const hasVenv = fs.existsSync(path.join(root, '.venv/bin/python'));
const here = process.platform === 'linux' && process.arch === 'x64' && hasVenv;

let cache: string;
beforeEach(() => {
  fs.mkdirSync(path.join(root, 'out'), { recursive: true });
  cache = fs.mkdtempSync(path.join(root, 'out/cache-'));
});
afterEach(() => fs.rmSync(cache, { recursive: true, force: true }));

/** That step of the set-up, with nothing in the user's cache. */
function provideNative(env: NodeJS.ProcessEnv): { did: string; said: string[] } {
  const module = pathToFileURL(path.join(root, 'scripts/setup/native.mjs')).href;
  const script = `
    const { provideNative } = await import('${module}');
    const said = [];
    const { did } = await provideNative((line) => said.push(line));
    console.log(JSON.stringify({ did, said }));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, XDG_CACHE_HOME: cache, ...env },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as { did: string; said: string[] };
}

describe.skipIf(!here)('the set-up goes on without native TensorFlow, and says why', () => {
  it('when there is no compiler', () => {
    const { did, said } = provideNative({ PATH: cache, CXX: '' });
    expect(did).toContain('not available; training uses WebAssembly, more slowly');
    expect(did).toContain('No C++ compiler was found');
    expect(did).toContain('apt-get install g++');
    expect(said).toEqual([]);
  });

  it('when there is no wheel', () => {
    const compiler = path.join(cache, 'compiler');
    fs.writeFileSync(compiler, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const { did, said } = provideNative({
      CXX: compiler,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
      PIP_RETRIES: '1',
    });
    expect(did).toContain('not available; training uses WebAssembly, more slowly');
    expect(did).toContain('the package index cannot be reached');
    expect(said.join('\n')).toContain('fetching tensorflow-cpu');
  });

  it('when it is not wanted', () => {
    expect(provideNative({ GRADOSCOPE_NATIVE: 'skip' }).did).toContain('left out');
  });
});
