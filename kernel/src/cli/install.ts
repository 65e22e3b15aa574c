import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jupyterFolder, type Where } from './folders.js';

export interface InstallOptions {
  readonly where: Where;
  /** Name of the kernel's folder. Default `gradoscope`. */
  readonly name?: string;
  /** Name of the language engine. Default: the kernel's default. */
  readonly engine?: string;
  /** CommonJS modules that the kernel preloads; relative paths are taken from the working directory. */
  readonly preloads?: readonly string[];
  /** Environment variables of the kernel. */
  readonly env?: Readonly<Record<string, string>>;
}

const PACKAGE = path.join(__dirname, '../..');
const LOGOS = ['logo-svg.svg', 'logo-32x32.png', 'logo-64x64.png'];

/** Writes the kernel spec. @returns Its folder. @throws Error that says what was wrong and what to do. */
export function install(options: InstallOptions): string {
  const name = options.name ?? 'gradoscope';
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    throw new Error(`--name is ${JSON.stringify(name)}; allowed are letters, digits, ".", "_" and "-".`);
  }
  const preloads = (options.preloads ?? []).map((file) => path.resolve(file));
  for (const file of preloads)
    if (!existsSync(file)) throw new Error(`--preload ${file} does not exist; build it first.`);
  const folder = path.join(jupyterFolder(options.where), 'kernels', name);
  const spec = {
    argv: [
      process.execPath,
      '--no-force-async-hooks-checks',
      path.join(PACKAGE, 'bin/gradoscope-kernel.cjs'),
      'start',
      '--connection-file',
      '{connection_file}',
      ...(options.engine === undefined ? [] : ['--engine', options.engine]),
      ...preloads.flatMap((file) => ['--preload', file]),
    ],
    display_name: 'TypeScript (Gradoscope)',
    language: 'typescript',
    interrupt_mode: 'message',
    env: options.env ?? {},
    metadata: { debugger: false },
  };
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'kernel.json'), `${JSON.stringify(spec, null, 2)}\n`);
    for (const logo of LOGOS) copyFileSync(path.join(PACKAGE, 'assets', logo), path.join(folder, logo));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot write the kernel spec to ${folder}: ${why}. Choose a folder of yours with --user, or --prefix DIR.`,
    );
  }
  return folder;
}
