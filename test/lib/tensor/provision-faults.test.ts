import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dist, nativeIsHere, root } from './support/child.js';
import { Cache } from './support/provisioning.js';
import { pinOf, smallWheel, wheelName, type Wheel } from './support/wheel.js';

let cache: Cache;
let wheels: string;
let wheel: string;
let pin: Wheel;

/** That training goes on without it, and why is said. */
function mustFallBack(why: RegExp): void {
  const { name, reason, howToGetNative, sum } = cache.backend();
  expect({ name, sum }).toEqual({ name: 'wasm', sum: 6 });
  expect(reason).toMatch(why);
  expect(howToGetNative).toContain('npx gradoscope native');
}

function mustWork(): void {
  expect(cache.backend()).toMatchObject({ name: 'native', sum: 6 });
  expect(cache.leftovers()).toEqual([]);
}

const notSetUp = /has not been set up/;
const full = process.env['GRADOSCOPE_FULL'] === '1';
const inOwnMounts = spawnSync('unshare', ['-m', 'true']).status === 0;

/** A wheel for all tests of a block, and an empty cache for each. */
function useWheelAndCache(): void {
  beforeAll(() => {
    wheels = fs.mkdtempSync(path.join(root, 'out/wheels-'));
    wheel = smallWheel(wheels);
    pin = pinOf(wheel);
  });
  afterAll(() => fs.rmSync(wheels, { recursive: true, force: true }));
  beforeEach(() => (cache = new Cache()));
  afterEach(() => cache.remove());
}

describe.skipIf(!nativeIsHere)('a set-up that fails', () => {
  useWheelAndCache();

  /** The next attempt, from the wheel file. */
  function mustSucceed(env: NodeJS.ProcessEnv = {}): void {
    const { status, done, stderr } = cache.command(['--from', wheel], env);
    expect(status, stderr).toBe(0);
    expect(done).toMatchObject({ built: true, verified: false });
    mustWork();
  }

  it('because the wheel file is cut short', () => {
    const short = path.join(cache.folder, wheelName);
    fs.copyFileSync(wheel, short);
    fs.truncateSync(short, 20_000);
    const { status, failed } = cache.command(['--from', short]);
    expect(status).toBe(1);
    expect(failed).toMatchObject({ code: 'damaged-wheel', message: expect.stringContaining('cut short') });
    expect(failed?.remedy).toContain('Download the wheel again');
    mustFallBack(notSetUp);
    mustSucceed();
  });

  it.runIf(full)('because a byte of the wheel file changed', () => {
    const bad = path.join(cache.folder, wheelName);
    const bytes = fs.readFileSync(wheel);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
    fs.writeFileSync(bad, bytes);
    expect(cache.command(['--from', bad]).failed).toMatchObject({ code: 'damaged-wheel' });
    mustFallBack(notSetUp);
    mustSucceed();
  });

  it.runIf(full)('because pip gets a wheel that is cut short, and then a whole one', () => {
    const offered = path.join(cache.folder, wheelName);
    fs.copyFileSync(wheel, offered);
    fs.truncateSync(offered, 20_000);
    const { error } = cache.fetch(pin);
    expect(error).toMatchObject({ code: 'download-failed', message: expect.stringContaining('damaged') });
    mustFallBack(notSetUp);
    fs.copyFileSync(wheel, offered);
    expect(cache.fetch(pin).value).toMatchObject({ built: true });
    mustWork();
  });

  it('because the wheel has another sha256 than the pinned one', () => {
    fs.copyFileSync(wheel, path.join(cache.folder, wheelName));
    const { error } = cache.fetch({ ...pin, sha256: 'f'.repeat(64) });
    expect(error).toMatchObject({ code: 'wrong-hash', message: expect.stringContaining(pin.sha256) });
    expect(error?.remedy).toContain('pip config list');
    expect(cache.leftovers().filter((name) => /\.(whl|lock)$/.test(name))).toEqual([]);
    mustFallBack(notSetUp);
    expect(cache.fetch(pin).value).toMatchObject({ built: true });
    mustWork();
  });

  it('because the network is away', () => {
    const dead = { PIP_NO_INDEX: '', PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '1' };
    const { error } = cache.fetch(pin, dead);
    expect(error).toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('cannot be reached'),
    });
    expect(error?.remedy).toContain('Check the network connection');
    mustFallBack(notSetUp);
    fs.copyFileSync(wheel, path.join(cache.folder, wheelName));
    expect(cache.fetch(pin).value).toMatchObject({ built: true });
    mustWork();
  });

  it('because there is no compiler', () => {
    const bin = path.join(cache.folder, 'bin');
    fs.mkdirSync(bin);
    const none = { PATH: bin, CXX: '' };
    const { failed } = cache.command(['--from', wheel], none);
    expect(failed).toMatchObject({ code: 'no-compiler' });
    expect(failed?.remedy).toContain('apt-get install g++');
    mustFallBack(notSetUp);
    mustSucceed();
  });

  it.runIf(full).each([
    ['the compiler fails', 'echo "no such header" >&2; exit 1', 'compile-failed', 'no such header'],
    ['what was compiled does not work', 'for out; do :; done; echo x > "$out"', 'smoke-test-failed', ''],
  ])('because %s', (_, does, code, says) => {
    const bad = path.join(cache.folder, 'bad-compiler');
    const script = `#!/bin/sh\ncase "$*" in *--version*) exit 0;; esac\n${does}\n`;
    fs.writeFileSync(bad, script, { mode: 0o755 });
    const { failed } = cache.command(['--from', wheel], { CXX: bad });
    expect(failed).toMatchObject({ code, message: expect.stringContaining(says) });
    mustFallBack(notSetUp);
    mustSucceed();
  });

  it.runIf(full || !inOwnMounts)('because a file may not grow (ulimit), at each size', () => {
    for (const kilobytes of [4, 40]) {
      const limited = `ulimit -f ${kilobytes}; exec "${process.execPath}" lib/bin/gradoscope.cjs native --json --from "${wheel}"`;
      const env = { ...process.env, ...cache.env };
      const { stdout, status } = spawnSync('bash', ['-c', limited], { cwd: root, env, encoding: 'utf8' });
      expect(status).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ failed: { code: 'disk-full' } });
    }
    mustFallBack(notSetUp);
    mustSucceed();
  });

  it.skipIf(!inOwnMounts)('because the disk is full, whatever was being written', () => {
    fs.mkdirSync(path.join(cache.folder, 'gradoscope'), { mode: 0o700 });
    // A file system of a few kilobytes, which only these processes see, and which then grows.
    const script = `
      set -e
      mount -t tmpfs -o size=8k,mode=700 none "$DISK"
      for size in 8k 600k 680k; do
        mount -o remount,size=$size none "$DISK"
        $SETUP || true
      done
      $LOAD
      mount -o remount,size=64m none "$DISK"
      $SETUP
      $LOAD`;
    const load = `require('${dist}').loadTensorFlow().then(({name})=>console.log(JSON.stringify({name})))`;
    fs.writeFileSync(path.join(cache.folder, 'load.cjs'), load);
    const env = {
      ...process.env,
      ...cache.env,
      DISK: path.join(cache.folder, 'gradoscope'),
      SETUP: `${process.execPath} lib/bin/gradoscope.cjs native --json --from ${wheel}`,
      LOAD: `${process.execPath} ${path.join(cache.folder, 'load.cjs')}`,
    };
    const { stdout, stderr } = spawnSync('unshare', ['-m', 'bash', '-c', script], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const full = { failed: expect.objectContaining({ code: 'disk-full' }) as unknown };
    const done = { done: expect.objectContaining({ built: true }) as unknown };
    expect(results, stderr).toEqual([full, full, full, { name: 'wasm' }, done, { name: 'native' }]);
  });
});

describe.skipIf(!nativeIsHere)('a set-up that is disturbed', () => {
  useWheelAndCache();

  it('by another one: it waits, and both succeed', async () => {
    const runs = [cache.start(['--from', wheel]), cache.start(['--from', wheel])];
    const outputs = await Promise.all(
      runs.map(async (child) => {
        let [stdout, stderr] = ['', ''];
        child.stdout?.on('data', (data) => (stdout += String(data)));
        child.stderr?.on('data', (data) => (stderr += String(data)));
        const [code] = (await once(child, 'close')) as [number];
        return { code, stderr, ...(JSON.parse(stdout) as { done: { built: boolean } }) };
      }),
    );
    expect(outputs.map(({ code }) => code)).toEqual([0, 0]);
    expect(outputs.map(({ done }) => done.built).sort()).toEqual([false, true]);
    expect(outputs.find(({ done }) => !done.built)?.stderr).toContain('waiting for process');
    mustWork();
  });

  it.each(['taking the libraries', ...(full ? ['stripping'] : []), 'compiling', 'trying'])(
    'by kill -9 (%s): the next one goes on at once',
    async (stage) => {
      const compiler = path.join(cache.folder, 'slow-compiler');
      const slow = fs
        .readFileSync(path.join(cache.folder, 'compiler'), 'utf8')
        .replace('cp ', 'sleep 1; cp ');
      fs.writeFileSync(compiler, slow, { mode: 0o755 });
      const child = cache.start(['--from', wheel], { CXX: compiler });
      let stderr = '';
      child.stderr?.on('data', (data) => {
        stderr += String(data);
        if (stderr.includes(stage)) child.kill('SIGKILL');
      });
      expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
      const { status, done } = cache.command(['--from', wheel]);
      expect(status).toBe(0);
      expect(done).toMatchObject({ built: true });
      mustWork();
    },
  );

  it('by kill -9 while pip fetches', async () => {
    const code = `
      const { provisionRequest } = require('${dist}/native/provision.js');
      const wheel = ${JSON.stringify(pin)};
      const libraries = { ...require('${dist}/native/choice.js').pinnedLibraries('cpu', wheel), origin: 'wheel' };
      provisionRequest({ variant: 'cpu', libraries, wheel }, 'python3', console.log);`;
    fs.copyFileSync(wheel, path.join(cache.folder, wheelName));
    const child = spawn(process.execPath, ['-e', code], { env: { ...process.env, ...cache.env } });
    child.stdout.on('data', (data) => String(data).includes('fetching') && child.kill('SIGKILL'));
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(cache.fetch(pin).value).toMatchObject({ built: true });
    mustWork();
  });

  it('by the cache of another version: it is said, and made anew', () => {
    const { done } = cache.command(['--from', wheel]);
    const manifest = path.join(done?.folder ?? '', 'manifest.json');
    const content = JSON.parse(fs.readFileSync(manifest, 'utf8')) as object;
    fs.writeFileSync(manifest, JSON.stringify({ ...content, recipe: 99 }));
    mustFallBack(/made by another version of this package \(layout 99; this one reads \d+\)/);
    expect(cache.command(['--from', wheel]).done).toMatchObject({ built: true });
    mustWork();
  });

  it.runIf(full)('by what an earlier layout left: it is named, and left alone', () => {
    const old = path.join(cache.native, 'tensorflow-2.21.0-0123456789abcdef');
    fs.mkdirSync(old, { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(old, 'manifest.json'), '{"recipe":1}');
    mustFallBack(/earlier version.*tensorflow-2\.21\.0-0123456789abcdef.*can be removed/);
    expect(cache.command(['--from', wheel]).done).toMatchObject({ built: true });
    expect(fs.existsSync(old)).toBe(true);
    mustWork();
  });

  it('by a library that is deleted while a process computes with it: that one goes on', async () => {
    const { done } = cache.command(['--from', wheel]);
    const code = `
      require('${dist}').loadTensorFlow().then(({ tf, name }) => {
        const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
        model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
        const step = async () => (await model.fit(tf.ones([8, 3]), tf.ones([8, 1]), { verbose: 0 })).history.loss[0];
        process.on('message', async () => process.send({ name, loss: await step() }));
        process.send({ name });
      });`;
    const env = { ...process.env, ...cache.env };
    const child = spawn(process.execPath, ['-e', code], {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const answer = async () => ((await once(child, 'message')) as [{ name: string; loss?: number }])[0];
    expect((await answer()).name).toBe('native');
    const step = async () => {
      child.send('step');
      return (await answer()).loss;
    };
    fs.rmSync(fs.realpathSync(path.join(done?.folder ?? '', 'lib')), { recursive: true });
    expect(await step()).toBeGreaterThanOrEqual(0);
    mustFallBack(/libraries are gone/);
    expect(cache.command(['--from', wheel]).done).toMatchObject({ built: true });
    mustWork();
    expect(await step()).toBeGreaterThanOrEqual(0);
    child.kill();
    await once(child, 'exit');
  });

  it.runIf(full)('by a lock whose process is gone', () => {
    const { done } = cache.command(['--from', wheel]);
    fs.rmSync(done?.folder ?? '', { recursive: true });
    fs.writeFileSync(`${done?.folder ?? ''}.lock`, '999999999');
    expect(cache.command(['--from', wheel]).done).toMatchObject({ built: true });
    mustWork();
  });
});

describe.runIf(full && nativeIsHere)('the set-up of the real wheel, from the package index', () => {
  beforeEach(() => (cache = new Cache()));
  afterEach(() => cache.remove());

  it('killed at each stage, goes on and ends well', { timeout: 600_000 }, async () => {
    const real = {
      CXX: '',
      PIP_CONFIG_FILE: process.env['PIP_CONFIG_FILE'],
      PIP_NO_INDEX: '',
      PIP_FIND_LINKS: '',
    };
    for (const stage of ['fetching', 'taking the libraries', 'stripping', 'compiling', 'trying']) {
      const child = cache.start([], real);
      const kill = () => child.kill('SIGKILL');
      let stderr = '';
      child.stderr?.on('data', (data) => {
        const before = stderr.includes(stage);
        stderr += String(data);
        if (!before && stderr.includes(stage)) setTimeout(kill, 700);
      });
      expect(await once(child, 'close'), stderr).toEqual([null, 'SIGKILL']);
      mustFallBack(notSetUp);
    }
    const { done, status, stderr } = cache.command([], real);
    expect(status, stderr).toBe(0);
    expect(done).toMatchObject({ built: true, verified: true });
    expect(stderr).not.toContain('fetching');
    mustWork();
  });
});
