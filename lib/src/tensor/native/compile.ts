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
    return ['-undefined', 'dynamic_lookup', ...libraries, `-Wl,-rpath,@loader_path/${libraryLink}`];
  }
  return [
    `-L${tensorflow}`,
    ...[`-l:${cc}`, `-l:${framework}`],
    '-Wl,--allow-shlib-undefined', // the Node-API functions are in node itself
    `-Wl,-rpath,$ORIGIN/${libraryLink}`,
  ];
}

/**
 * Compiles TensorFlow.js's own binding, and the small addon of ours, into `folder`.
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
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    ...(mac ? [] : ['-s']),
    `-I${sources.napiHeaders}`,
  ];
  const binding = (name: string) => path.join(sources.binding, name);
  const own = (name: string) => path.join(sources.own, name);
  const jobs = [
    [
      ...common,
      '-DNODE_GYP_MODULE_NAME=tfjs_binding',
      ...[`-I${path.join(tensorflow, 'include')}`, `-I${sources.binding}`, `-I${sources.own}`],
      binding('tfjs_backend.cc'),
      // Takes in upstream's tfjs_binding.cc.
      ...['binding.cc', 'functions.cc', 'opdef.cc'].map(own),
      ...linkerOptions(tensorflow),
      ...['-o', path.join(folder, addonFile)],
    ],
    [
      ...common,
      '-DNODE_GYP_MODULE_NAME=gradoscope_stderr',
      own('stderr.cc'),
      ...(mac ? ['-undefined', 'dynamic_lookup'] : []),
      ...['-o', path.join(folder, stderrFile)],
    ],
  ];
  for (const args of jobs) {
    const { code, output } = await runProcess(compiler, args);
    if (code === 0) continue;
    if (noSpace.test(output)) throw new Error(lastLines(output, 3));
    throw new NativeError(
      'compile-failed',
      `Compiling the TensorFlow binding with ${compiler} failed:\n${lastLines(output, 12)}`,
      'A compiler with C++17 is needed (g++ 8, clang++ 9 or newer).',
    );
  }
}
