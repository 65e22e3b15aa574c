import fs from 'node:fs';
import path from 'node:path';
import { addonFile, stderrFile } from './installation.js';
import { NativeError } from './errors.js';
import { lastLines, runProcess } from './run-process.js';
import type { AddonSources } from './sources.js';

const installCompiler =
  'Install a C++ compiler (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++) and run the set-up again.';

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

/** Compiles TensorFlow.js's own binding, and the small addon of ours, into `folder`, where the libraries already are. */
export async function compileAddons(
  compiler: string,
  sources: AddonSources,
  include: string,
  folder: string,
): Promise<void> {
  const common = [
    ...['-std=c++17', '-O3', '-fPIC', '-shared', '-s', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    // Results are rounded as TensorFlow's own operations round them.
    ...['-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math'],
    `-I${sources.napiHeaders}`,
  ];
  const binding = (name: string) => path.join(sources.binding, name);
  const jobs = [
    [
      ...common,
      '-DNODE_GYP_MODULE_NAME=tfjs_binding',
      ...[`-I${include}`, `-I${sources.binding}`, `-I${sources.own}`],
      binding('tfjs_backend.cc'),
      // Takes in upstream's tfjs_binding.cc.
      ...ownSources(sources.own),
      `-L${folder}`,
      ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
      '-Wl,--allow-shlib-undefined', // the Node-API functions are in node itself
      '-Wl,-rpath,$ORIGIN',
      ...['-o', path.join(folder, addonFile)],
    ],
    [
      ...common,
      '-DNODE_GYP_MODULE_NAME=gradoscope_stderr',
      path.join(sources.own, 'stderr.cc'),
      ...['-o', path.join(folder, stderrFile)],
    ],
  ];
  for (const args of jobs) {
    const { code, output } = await runProcess(compiler, args);
    if (code === 0) continue;
    if (/No space left on device/.test(output)) throw new Error(output);
    throw new NativeError(
      'compile-failed',
      `Compiling the TensorFlow binding with ${compiler} failed:\n${lastLines(output, 12)}`,
      'A compiler with C++17 is needed (g++ 8 or newer).',
    );
  }
}

/** All of this package's sources but the other addon's. */
function ownSources(folder: string): string[] {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.cc') && name !== 'stderr.cc');
  return names.sort().map((name) => path.join(folder, name));
}
