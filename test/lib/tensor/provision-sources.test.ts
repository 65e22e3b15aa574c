import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inNode, nativeIsHere, root } from './support/child.js';
import { Cache } from './support/provisioning.js';
import { realTensorFlow, smallSitePackages, smallWheel, wheelName } from './support/wheel.js';

let cache: Cache;
let work: string;
let wheel: string;

beforeEach(() => {
  if (nativeIsHere) cache = new Cache();
});
afterEach(() => {
  if (nativeIsHere) cache.remove();
});
beforeAll(() => {
  if (!nativeIsHere) return;
  work = fs.mkdtempSync(path.join(root, 'out/wheels-'));
  wheel = smallWheel(work);
});
afterAll(() => {
  if (nativeIsHere) fs.rmSync(work, { recursive: true, force: true });
});

describe.skipIf(!nativeIsHere)('native TensorFlow from a wheel file', () => {
  it('says that nothing was verified, and keeps the notices', () => {
    const { status, done, stderr } = cache.command(['--from', wheel]);
    expect(status, stderr).toBe(0);
    expect(done).toMatchObject({ verified: false, tensorflow: '2.21.0' });
    expect(done?.source).toContain('Nothing was verified');
    const [libraries = ''] = fs.readdirSync(path.join(cache.native, 'libraries'));
    const folder = path.join(cache.native, 'libraries', libraries, 'tensorflow');
    for (const name of ['THIRD_PARTY_NOTICES.txt', 'include/LICENSE']) {
      expect(fs.readFileSync(path.join(folder, name))).toEqual(
        fs.readFileSync(path.join(realTensorFlow(), name)),
      );
    }
    // Nothing of Python's part is there.
    expect(fs.readdirSync(folder).sort()).toEqual([
      'THIRD_PARTY_NOTICES.txt',
      'include',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
    expect(cache.backend()).toMatchObject({ name: 'native', sum: 6 });
  });

  it('is private to the user, also where new files are not', () => {
    const before = process.umask(0o000);
    try {
      expect(cache.command(['--from', wheel]).status).toBe(0);
    } finally {
      process.umask(before);
    }
    for (const name of ['.', ...fs.readdirSync(cache.native, { recursive: true, encoding: 'utf8' })]) {
      const stat = fs.lstatSync(path.join(cache.native, name));
      if (stat.isDirectory()) expect([name, stat.mode & 0o777]).toEqual([name, 0o700]);
      else if (stat.isFile()) expect([name, stat.mode & 0o022]).toEqual([name, 0]);
    }
    expect(cache.backend().name).toBe('native');
  });

  it('keeps the libraries when only the addon must be made anew, and that choice', () => {
    const first = cache.command(['--from', wheel]).done;
    const addons = path.join(cache.native, 'addons');
    fs.rmSync(addons, { recursive: true });
    const second = cache.command(['--keep', '--python', '/nowhere/python']);
    expect(second.stderr).toContain('the libraries of tensorflow-cpu 2.21.0 are there');
    expect(second.done).toEqual(first);
    expect(cache.backend().name).toBe('native');
    const third = cache.command(['--keep', '--python', '/nowhere/python']);
    expect(third.done).toMatchObject({ built: false, folder: first?.folder });
  });

  it.runIf(process.env['GRADOSCOPE_FULL'] === '1')(
    'is made anew when a library was changed, though its size is the same',
    () => {
      const { done } = cache.command(['--from', wheel]);
      const library = path.join(done?.folder ?? '', 'lib/libtensorflow_cc.so.2');
      const bytes = fs.readFileSync(library);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      fs.writeFileSync(library, bytes);
      fs.rmSync(path.join(cache.native, 'addons'), { recursive: true });
      const again = cache.command(['--from', wheel]);
      expect(again.stderr).toContain('taking the libraries out');
      expect(cache.backend().name).toBe('native');
    },
  );

  it('is left again when the pinned wheel is chosen', () => {
    expect(cache.command(['--from', wheel]).status).toBe(0);
    expect(cache.backend().name).toBe('native');
    const code = `
      const { choose, pinnedLibraries } = require(dist + '/native/choice.js');
      choose('cpu', pinnedLibraries('cpu'));
      return (await room.loadTensorFlow()).reason;`;
    expect(inNode<string>(code, cache.env).value).toContain('has not been set up');
  });

  it.each([
    ['tensorflow_cpu-2.14.0-cp311-cp311-manylinux_2_17_x86_64.whl', 'is of version 2.14.0'],
    [
      'numpy-2.1.0-cp311-cp311-manylinux_2_17_x86_64.whl',
      "does not have the name of one of TensorFlow's wheels",
    ],
  ])('is refused: %s', (name, why) => {
    const file = path.join(cache.folder, name);
    fs.writeFileSync(file, '');
    const { status, failed } = cache.command(['--from', file]);
    expect(status).toBe(1);
    expect(failed).toMatchObject({ code: 'unsuitable-tensorflow', message: expect.stringContaining(why) });
    expect(failed?.remedy).toContain('2.15 to 2.21');
  });

  it('is refused when the file is not there, or lacks a member', () => {
    const gone = cache.command(['--from', path.join(cache.folder, wheelName)]).failed;
    expect(gone?.message).toContain('is not there');
    const file = path.join(cache.folder, wheelName);
    const script = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr("tensorflow/x", "")';
    execFileSync('python3', ['-c', script, file]);
    expect(cache.command(['--from', file]).failed).toMatchObject({
      code: 'damaged-wheel',
      message: expect.stringContaining('has no tensorflow/libtensorflow_cc.so.2'),
    });
  });
});

describe.skipIf(!nativeIsHere)('native TensorFlow that is installed in a Python environment', () => {
  let site: string;
  const env = () => ({ PYTHONPATH: site });
  beforeEach(() => {
    site = path.join(cache.folder, 'site');
    fs.mkdirSync(site);
    smallSitePackages(site);
  });

  it('is used where it lies, and says that nothing was verified', () => {
    const { status, done, stderr } = cache.command(['--use-installed'], env());
    expect(status, stderr).toBe(0);
    expect(done).toMatchObject({ built: true, verified: false, tensorflow: '2.21.0' });
    expect(done?.source).toContain(`in ${site}. Nothing was verified`);
    expect(fs.existsSync(path.join(cache.native, 'libraries'))).toBe(false);
    expect(cache.backend()).toMatchObject({ name: 'native', sum: 6 });
    expect(cache.command(['--use-installed'], env()).done).toMatchObject({ built: false });

    // An update of the environment: said at the next load, and the next set-up takes it.
    const library = path.join(site, 'tensorflow/libtensorflow_cc.so.2');
    fs.appendFileSync(library, 'x');
    expect(cache.backend()).toMatchObject({ name: 'wasm', reason: expect.stringContaining('another size') });
    expect(cache.command(['--keep'], env()).done).toMatchObject({ built: true, verified: false });
    expect(cache.backend().name).toBe('native');
  });

  it('is refused when its version does not fit, or a part is missing', () => {
    const info = path.join(site, 'tensorflow_cpu-2.21.0.dist-info');
    const metadata = fs.readFileSync(path.join(info, 'METADATA'), 'utf8');
    fs.writeFileSync(path.join(info, 'METADATA'), metadata.replace('2.21.0', '2.22.0'));
    expect(cache.command(['--use-installed'], env()).failed).toMatchObject({
      code: 'unsuitable-tensorflow',
      message: expect.stringContaining('2.15 to 2.21 do'),
    });
    fs.writeFileSync(path.join(info, 'METADATA'), metadata);
    fs.rmSync(path.join(site, 'tensorflow/libtensorflow_cc.so.2'));
    expect(cache.command(['--use-installed'], env()).failed?.message).toContain(
      'has no tensorflow/libtensorflow_cc.so.2',
    );
    expect(cache.backend().name).toBe('wasm');
  });

  it('says when there is none', () => {
    const venv = path.join(cache.folder, 'venv');
    execFileSync('python3', ['-m', 'venv', '--without-pip', venv]);
    const { failed } = cache.command(['--use-installed', '--python', path.join(venv, 'bin/python')]);
    expect(failed).toMatchObject({ code: 'no-tensorflow' });
    expect(failed?.remedy).toContain('--python PYTHON');
  });
});

describe.skipIf(!nativeIsHere)('an addon that comes with the package', () => {
  it('is taken without a compiler while its sources are the same', () => {
    // A package of its own, with a prebuilt addon.
    const lib = path.join(cache.folder, 'package/lib');
    for (const name of ['dist', 'native', 'bin', 'package.json'])
      fs.cpSync(path.join(root, 'lib', name), path.join(lib, name), { recursive: true });
    const prebuilt = path.join(lib, 'native/prebuilt', `${process.platform}-${process.arch}`);
    fs.rmSync(path.dirname(prebuilt), { recursive: true, force: true });
    fs.mkdirSync(prebuilt, { recursive: true });
    const { folder } = cache.command(['--from', wheel]).done ?? { folder: '' };
    const script = `
      const native = (file) => require('${lib}/dist/tensor/native/' + file);
      const { addonSources, sourcesHash } = native('sources.js');
      const fs = require('node:fs');
      native('hashes.js').hashesOf('${folder}', ['tfjs_binding.node', 'stderr.node']).then((hashes) => {
        for (const name of Object.keys(hashes)) fs.copyFileSync('${folder}/' + name, '${prebuilt}/' + name);
        const prebuilt = { sources: sourcesHash(addonSources()), hashes };
        fs.writeFileSync('${prebuilt}/prebuilt.json', JSON.stringify(prebuilt));
      });`;
    execFileSync(process.execPath, ['-e', script]);
    const bin = path.join(cache.folder, 'bin');
    fs.mkdirSync(bin);
    const setUp = () => {
      fs.rmSync(path.join(cache.native, 'addons'), { recursive: true, force: true });
      const none = { PATH: bin, CXX: '' };
      return cache.command(['--keep', '--python', '/nowhere'], none, path.join(lib, 'bin/gradoscope.cjs'));
    };
    const taken = setUp();
    expect(taken.stderr).toContain('taking the addon that comes with the package');
    expect(taken.done).toMatchObject({ built: true });
    expect(cache.backend().name).toBe('native');

    fs.appendFileSync(path.join(prebuilt, 'tfjs_binding.node'), 'x');
    expect(setUp().failed).toMatchObject({ code: 'no-compiler' });
    fs.copyFileSync(path.join(root, 'lib/native/stderr.cc'), path.join(lib, 'native/another.cc'));
    expect(setUp().failed).toMatchObject({ code: 'no-compiler' });
  });
});
