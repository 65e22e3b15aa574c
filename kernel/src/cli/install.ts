import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { kernelFolder, type Where } from './folders.js';
import { PROGRAM } from './spec.js';

export interface InstallOptions {
  readonly where: Where;
  /** Name of the kernel's folder. Default `gradoscope`. */
  readonly name?: string;
  /** What Jupyter shows. Default `TypeScript (Gradoscope)`. */
  readonly displayName?: string;
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
  const folder = kernelFolder(options.where, options.name);
  const displayName = options.displayName ?? 'TypeScript (Gradoscope)';
  if (displayName.trim() === '') throw new Error('--display-name is empty; it is what Jupyter shows.');
  const preloads = (options.preloads ?? []).map((file) => path.resolve(file));
  for (const file of preloads)
    if (!existsSync(file)) throw new Error(`--preload ${file} does not exist; build it first.`);
  const spec = {
    argv: [
      process.execPath,
      '--no-force-async-hooks-checks',
      path.join(PACKAGE, 'bin', PROGRAM),
      'start',
      '--connection-file',
      '{connection_file}',
      ...(options.engine === undefined ? [] : ['--engine', options.engine]),
      ...preloads.flatMap((file) => ['--preload', file]),
    ],
    display_name: displayName,
    language: 'typescript',
    interrupt_mode: 'message',
    env: options.env ?? {},
    metadata: { debugger: false, supported_encryption: ['curve'] },
  };
  try {
    mkdirSync(folder, { recursive: true });
    for (const logo of LOGOS) copyFileSync(path.join(PACKAGE, 'assets', logo), path.join(folder, logo));
    // In one go: a Jupyter server may read it at any time.
    const file = path.join(folder, 'kernel.json');
    writeFileSync(`${file}.new`, `${JSON.stringify(spec, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot write the kernel spec to ${folder}: ${why}. Choose a folder of yours with --user, or --prefix DIR.`,
    );
  }
  return folder;
}
