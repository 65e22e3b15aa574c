import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inNode, nativeIsHere, requireBuilt, root } from './support/child.js';

interface Manifest {
  sizes: Record<string, number>;
}
interface Wheel {
  project: string;
  version: string;
  sha256: string;
  bytes: number;
  pip: string[];
}
interface Platform {
  wheelForPlatform(variant: string, platform: string, arch: string): Wheel;
  companionWheels(variant: string): Wheel[];
  untestedNote(platform: string, arch: string): string | undefined;
}
const { installation } = requireBuilt<{ installation(): { folder: string } }>('native/installation.js');

/** A user's cache for one test; it may not lie in a temporary folder. */
let cache: string;
let programs: string;
beforeEach(() => {
  fs.mkdirSync(path.join(root, 'out'), { recursive: true });
  cache = fs.mkdtempSync(path.join(root, 'out/cache-'));
  programs = path.join(cache, 'bin');
  fs.mkdirSync(programs);
});
afterEach(() => fs.rmSync(cache, { recursive: true, force: true }));

function program(name: string, script: string): string {
  const file = path.join(programs, name);
  fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

/** Provisions into the test's cache; the compiler is one that only says its version. */
function provision(python: string, env: NodeJS.ProcessEnv = {}) {
  const code = `return await room.provisionNative({ python: ${JSON.stringify(python)} });`;
  return inNode(code, { XDG_CACHE_HOME: cache, CXX: program('compiler', 'exit 0'), ...env });
}

const nativeRoot = () => path.join(cache, 'gradoscope/native');

/** A copy of this machine's installation, whose libraries are holes of the right size. */
function copyInstallation(): string {
  const { folder } = installation();
  const copy = path.join(nativeRoot(), 'addons', path.basename(folder));
  fs.mkdirSync(copy, { recursive: true, mode: 0o700 });
  const link = fs.readlinkSync(path.join(folder, 'lib'));
  fs.symlinkSync(link, path.join(copy, 'lib'));
  const libraries = path.resolve(copy, link, '..');
  for (const name of ['manifest.json', 'tfjs_binding.node', 'stderr.node']) {
    fs.copyFileSync(path.join(folder, name), path.join(copy, name));
  }
  const { sizes } = JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as Manifest;
  for (const [name, size] of Object.entries(sizes)) {
    const file = path.join(libraries, name);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, '');
    fs.truncateSync(file, size);
  }
  return copy;
}

const verify = (folder: string) =>
  inNode(
    `return require(dist + '/native/installation.js').verifyInstallation(${JSON.stringify(folder)}).tensorflow`,
    {
      XDG_CACHE_HOME: cache,
    },
  );

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('provisioning', () => {
  it.skipIf(!nativeIsHere)('takes under a second when it was done before', () => {
    const { value } = inNode<{ ms: number; built: boolean }>(
      `const began = performance.now();
       const { built } = await room.provisionNative({ python: 'no-python-is-needed' });
       return { built, ms: performance.now() - began };`,
    );
    expect(value.built).toBe(false);
    expect(value.ms).toBeLessThan(1_000);
  });

  it('says that there is no compiler, and how to get one, before it downloads', () => {
    const { error } = inNode("await room.provisionNative({ python: '/nowhere/python' })", {
      XDG_CACHE_HOME: cache,
      PATH: programs,
      CXX: '',
    });
    expect(error).toMatchObject({ name: 'NativeError', code: 'no-compiler' });
    expect(error?.remedy).toContain('apt-get install g++');
    expect(fs.existsSync(nativeRoot())).toBe(false);
  });

  it.each([
    ['no-python', 'could not be started', ''],
    ['no-python', 'has no pip', 'echo "/usr/bin/python3: No module named pip" >&2; exit 1'],
    ['disk-full', 'the disk is full', 'echo "OSError: [Errno 28] No space left on device" >&2; exit 1'],
    ['download-failed', 'cannot be reached', 'echo "NameResolutionError: Failed to resolve" >&2; exit 1'],
    ['download-failed', 'pip failed', 'echo "ERROR: No matching distribution found" >&2; exit 1'],
  ])('%s: %s', (code, message, script) => {
    const python = script ? program('python', script) : '/nowhere/python';
    const { error } = provision(python);
    expect(error).toMatchObject({ name: 'NativeError', code });
    expect(error?.message).toContain(message);
  });

  it('refuses a wheel with another sha256, and removes it', () => {
    const writesOther = 'while [ "$1" != --dest ]; do shift; done; echo other > "$2/tensorflow_cpu.whl"';
    const { error } = provision(program('python', writesOther));
    expect(error).toMatchObject({ code: 'wrong-hash' });
    const left = fs.readdirSync(nativeRoot(), { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => name.endsWith('.whl') || name.endsWith('.lock'))).toEqual([]);
  });

  it('breaks the lock of a process that is gone', () => {
    const addons = path.join(nativeRoot(), 'addons');
    fs.mkdirSync(addons, { recursive: true, mode: 0o700 });
    const { folder } = installation();
    fs.writeFileSync(path.join(addons, `${path.basename(folder)}.lock`), '999999999');
    expect(provision('/nowhere/python').error).toMatchObject({ code: 'no-python' });
  });

  it.each([
    ['win32', 'x64', 'Windows'],
    ['darwin', 'x64', 'publishes no package'],
    ['linux', 'ia32', 'publishes no package'],
  ])('says why there is none on %s %s', (platform, arch, why) => {
    const code = `require(dist + '/native/platform.js').wheelForPlatform('cpu', '${platform}', '${arch}')`;
    const { error } = inNode(code);
    expect(error).toMatchObject({ code: 'unsupported-platform' });
    expect(error?.message).toContain(why);
  });
});

describe('the pinned wheels', () => {
  const { wheelForPlatform, companionWheels, untestedNote } = requireBuilt<Platform>('native/platform.js');

  it.each([
    ['linux', 'x64', 'tensorflow-cpu', false],
    ['linux', 'arm64', 'tensorflow', true],
    ['darwin', 'arm64', 'tensorflow', true],
  ])('has one for %s %s, and says where it is untested', (platform, arch, project, untested) => {
    expect(wheelForPlatform('cpu', platform, arch)).toMatchObject({ project, version: '2.21.0' });
    expect(untestedNote(platform, arch) ?? '').toEqual(
      untested ? expect.stringContaining('is untested') : '',
    );
  });

  it('has hashes, sizes and tags for each file', () => {
    const cpu = ['linux x64', 'linux arm64', 'darwin arm64'].map((machine) => {
      const [platform = '', arch = ''] = machine.split(' ');
      return wheelForPlatform('cpu', platform, arch);
    });
    const all = [...cpu, wheelForPlatform('gpu', 'linux', 'x64'), ...companionWheels('gpu')];
    expect(all).toHaveLength(16);
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(16);
    for (const { sha256, bytes, pip } of all) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(1e6);
      expect(pip).toContain('--platform');
    }
  });

  it('has none with GPU support but for linux x64', () => {
    const code = "require(dist + '/native/platform.js').wheelForPlatform('gpu', 'linux', 'arm64')";
    const { error } = inNode(code);
    expect(error).toMatchObject({ code: 'unsupported-platform', remedy: 'Run it without --gpu.' });
  });
});

describe.skipIf(!nativeIsHere)('an installation', () => {
  it('is accepted when it is whole', () => {
    expect(verify(copyInstallation()).value).toBe('2.21.0');
  });

  it('is refused when the binding was changed', () => {
    const folder = copyInstallation();
    fs.appendFileSync(path.join(folder, 'tfjs_binding.node'), 'x');
    expect(verify(folder).error).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('another sha256'),
    });
  });

  it('is refused when its link leads elsewhere', () => {
    const folder = copyInstallation();
    fs.rmSync(path.join(folder, 'lib'));
    fs.symlinkSync('/usr/lib', path.join(folder, 'lib'));
    expect(verify(folder).error).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('leads elsewhere'),
    });
  });

  it('is refused when others can write to a folder above it, or to its libraries', () => {
    const folder = copyInstallation();
    const libraries = path.resolve(folder, fs.readlinkSync(path.join(folder, 'lib')));
    for (const each of [nativeRoot(), path.dirname(nativeRoot()), libraries, path.dirname(libraries)]) {
      fs.chmodSync(each, 0o770);
      expect(verify(folder).error).toMatchObject({ code: 'unsafe-cache' });
      fs.chmodSync(each, 0o700);
    }
    expect(verify(folder).error).toBeUndefined();
  });

  it('is refused when a library was cut short, or is missing', () => {
    const folder = copyInstallation();
    const library = path.join(fs.realpathSync(path.join(folder, 'lib')), 'libtensorflow_cc.so.2');
    fs.truncateSync(library, 1000);
    expect(verify(folder).error).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('another size'),
    });
    fs.rmSync(library);
    expect(verify(folder).error).toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('is missing'),
    });
  });

  it.each([0o777, 0o770, 0o702])('is refused when others can write to it (mode %o)', (mode) => {
    const folder = copyInstallation();
    fs.chmodSync(folder, mode);
    expect(verify(folder).error).toMatchObject({
      code: 'unsafe-cache',
      message: expect.stringContaining('writable by others'),
    });
  });

  it.skipIf(process.getuid?.() !== 0)("is refused when it is another user's", () => {
    const folder = copyInstallation();
    fs.chownSync(folder, 12345, 12345);
    expect(verify(folder).error).toMatchObject({
      code: 'unsafe-cache',
      message: expect.stringContaining('belongs to user 12345'),
    });
  });

  it('is refused in a temporary folder', () => {
    const code = `fs.mkdirSync('/tmp/gradoscope-native-test', { recursive: true, mode: 0o700 });
      require(dist + '/native/cache.js').checkPrivateFolder('/tmp/gradoscope-native-test');`;
    expect(inNode(code).error).toMatchObject({
      code: 'unsafe-cache',
      message: expect.stringContaining('temporary folder'),
    });
    fs.rmSync('/tmp/gradoscope-native-test', { recursive: true });
  });
});
