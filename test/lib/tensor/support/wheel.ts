import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { requireBuilt } from './child.js';

export interface Wheel {
  project: string;
  version: string;
  sha256: string;
  bytes: number;
  pip: string[];
}

interface Native {
  installation(): { folder: string };
}

/** The name of the wheel that is pinned for Linux x64. */
export const wheelName = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';

const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** This machine's TensorFlow: the folder with its libraries and headers. */
export function realTensorFlow(): string {
  const { folder } = requireBuilt<Native>('native/installation.js').installation();
  return fs.realpathSync(path.join(folder, 'lib'));
}

/**
 * The content of TensorFlow's wheel in 100 kB: each library is a real one that holds nothing, and names this machine's real
 * one as the library it needs. So all that is done with a wheel can be done in seconds.
 */
export function smallSitePackages(folder: string): void {
  const real = realTensorFlow();
  const tensorflow = path.join(folder, 'tensorflow');
  fs.cpSync(path.join(real, 'include'), path.join(tensorflow, 'include'), { recursive: true });
  fs.writeFileSync(path.join(tensorflow, '__init__.py'), 'raise ImportError("must not be imported")\n');
  fs.copyFileSync(
    path.join(real, 'THIRD_PARTY_NOTICES.txt'),
    path.join(tensorflow, 'THIRD_PARTY_NOTICES.txt'),
  );
  const empty = path.join(folder, 'empty.cc');
  fs.writeFileSync(empty, '');
  const link = (...args: string[]) => execFileSync('g++', ['-shared', '-nostdlib', '-fPIC', ...args]);
  for (const name of libraries) {
    // The linker takes what a library calls itself, here a path, as the name of what is needed.
    const stand = path.join(folder, 'stand.so');
    link(`-Wl,-soname,${path.join(real, name)}`, '-o', stand, empty);
    link('-o', path.join(tensorflow, name), empty, '-Wl,--no-as-needed', stand);
    fs.rmSync(stand);
  }
  fs.rmSync(empty);
  const info = path.join(folder, 'tensorflow_cpu-2.21.0.dist-info');
  fs.mkdirSync(info);
  const metadata = 'Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: 2.21.0\n';
  fs.writeFileSync(path.join(info, 'METADATA'), metadata);
  const tag = 'cp311-cp311-manylinux_2_27_x86_64';
  const format = `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: ${tag}\n`;
  fs.writeFileSync(path.join(info, 'WHEEL'), format);
  fs.writeFileSync(path.join(info, 'RECORD'), '');
}

/** Makes that wheel in `folder`. @returns the file */
export function smallWheel(folder: string): string {
  const content = path.join(folder, 'content');
  fs.mkdirSync(content, { recursive: true });
  smallSitePackages(content);
  const file = path.join(folder, wheelName);
  const script = `import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    for f in sorted(pathlib.Path(".").rglob("*")):
        if f.is_file(): z.write(f)`;
  execFileSync('python3', ['-c', script, file], { cwd: content });
  fs.rmSync(content, { recursive: true });
  return file;
}

/** How the file would be pinned. */
export function pinOf(file: string): Wheel {
  const bytes = fs.readFileSync(file);
  const tags = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'];
  return {
    project: 'tensorflow-cpu',
    version: '2.21.0',
    sha256: crypto.createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    pip: [...tags, '--platform', 'manylinux_2_27_x86_64'],
  };
}
