import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NativeError, noSpace } from './errors.js';
import { addonFile, libraryLink, stderrFile } from './layout.js';
import { libraryNames } from './platform.js';
import { lastLines, runProcess } from './run-process.js';
import type { AddonSources } from './sources.js';

const installCompiler =
  'Install a C++ compiler (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install) and run the set-up again.';

/** The C++ compiler's command: `$CXX`, g++, c++ or clang++. @throws NativeError `no-compiler` */
export async function findCompiler(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const candidates = [env['CXX'], 'g++', 'c++', 'clang++'].filter((c): c is string => !!c);
  for (const candidate of candidates) {
    const found = await runProcess(candidate, ['--version']).catch(() => undefined);
    if (found?.code === 0) return candidate;
  }
  throw new NativeError(
    'no-compiler',
    `No C++ compiler was found (looked for ${candidates.join(', ')}).`,
    installCompiler,
  );
}

/** What links an addon to TensorFlow's libraries, which it finds by the link beside itself. */
function linkerOptions(tensorflow: string): string[] {
  const { cc, framework } = libraryNames();
  if (process.platform === 'darwin') {
    const libraries = [cc, framework].map((name) => path.join(tensorflow, name));
    return [...libraries, `-Wl,-rpath,@loader_path/${libraryLink}`];
  }
  return [
    `-L${tensorflow}`,
    ...[`-l:${cc}`, `-l:${framework}`],
    '-Wl,--allow-shlib-undefined', // the Node-API functions are in node itself
    `-Wl,-rpath,$ORIGIN/${libraryLink}`,
  ];
}

/** Sources whose results are TensorFlow's own bit by bit: no product and sum become one operation. */
const exact = ['op_adam.cc'];

/** Compilers at work at once. */
const jobs = Math.min(4, os.availableParallelism());

/**
 * Compiles TensorFlow.js's own binding with what this package adds to it, and the small addon of ours, into `folder`.
 * @param tensorflow the folder with TensorFlow's libraries and `include`
 * @throws NativeError `compile-failed`
 */
export async function compileAddons(
  compiler: string,
  sources: AddonSources,
  tensorflow: string,
  folder: string,
): Promise<void> {
  const mac = process.platform === 'darwin';
  const common = [
    ...['-std=c++17', '-O3', '-fPIC', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    ...['-fno-math-errno', '-fno-trapping-math', '-Wno-psabi', `-I${sources.napiHeaders}`],
  ];
  const shared = ['-shared', ...(mac ? ['-undefined', 'dynamic_lookup'] : ['-s'])];
  const includes = [path.join(tensorflow, 'include'), sources.binding, sources.own].map(
    (each) => `-I${each}`,
  );
  const named = (file: string) =>
    file.endsWith('stderr.cc')
      ? '-DNODE_GYP_MODULE_NAME=gradoscope_stderr'
      : '-DNODE_GYP_MODULE_NAME=tfjs_binding';

  const objects = path.join(folder, 'objects');
  fs.mkdirSync(objects, { recursive: true, mode: 0o700 });
  const object = (file: string) => path.join(objects, path.basename(file).replace(/\.cc$/, '.o'));
  // Takes in upstream's tfjs_binding.cc.
  const own = fs.readdirSync(sources.own).filter((name) => name.endsWith('.cc'));
  const files = [
    path.join(sources.binding, 'tfjs_backend.cc'),
    ...own.map((name) => path.join(sources.own, name)),
  ];
  const compile = (file: string) =>
    runCompiler(compiler, [
      ...common,
      `-ffp-contract=${exact.includes(path.basename(file)) ? 'off' : 'fast'}`,
      named(file),
      ...includes,
      ...['-c', file, '-o', object(file)],
    ]);
  await inParallel(files, compile);

  const [small, rest] = [
    files.filter((f) => f.endsWith('stderr.cc')),
    files.filter((f) => !f.endsWith('stderr.cc')),
  ];
  const addon = [...rest.map(object), ...linkerOptions(tensorflow), '-o', path.join(folder, addonFile)];
  await runCompiler(compiler, [...shared, ...addon]);
  await runCompiler(compiler, [...shared, ...small.map(object), '-o', path.join(folder, stderrFile)]);
  fs.rmSync(objects, { recursive: true, force: true });
}

/** The first failure is what is thrown, once none is at work any more. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await work(item).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  const done = await Promise.allSettled(Array.from({ length: jobs }, worker));
  const failed = done.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

async function runCompiler(compiler: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runProcess(compiler, args);
  if (code === 0) return;
  if (noSpace.test(output)) throw new Error(lastLines(output, 3));
  throw new NativeError(
    'compile-failed',
    `Compiling the TensorFlow binding with ${compiler} failed:\n${lastLines(output, 12)}`,
    'A compiler with C++17 is needed (g++ 8, clang++ 9 or newer).',
  );
}
