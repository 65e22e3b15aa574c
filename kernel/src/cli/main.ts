import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Where } from './folders.js';
import { checkEngine, checkTypeErrors, DEFAULT_ENGINE } from '../engine/create.js';

const HELP = `Usage:
  gradoscope-kernel install [--user | --sys-prefix | --prefix DIR] [--name NAME] [--display-name TEXT]
                            [--engine ENGINE] [--preload MODULE]... [--env K=V]...
      Installs the kernel spec, so that Jupyter finds the kernel: for you (the default), in the active Python
      environment, or below DIR.
  gradoscope-kernel uninstall [--user | --sys-prefix | --prefix DIR] [--name NAME]
      Removes the kernel spec.
  gradoscope-kernel doctor
      Prints versions, paths, kernel specs and preloads, and what is wrong with what to do; then the exit status is 1.
  gradoscope-kernel start --connection-file FILE [--engine ENGINE] [--type-errors error|warn] [--preload MODULE]...
      Starts the kernel; Jupyter does this. With --type-errors warn (or GRADOSCOPE_TYPE_ERRORS=warn in the
      environment) a cell that has type errors runs after they are printed; --engine ts7 only.
`;

/** Runs the command line. @returns The exit status; undefined: the kernel keeps the process alive. */
export async function main(args: readonly string[]): Promise<number | undefined> {
  const [command, ...rest] = args;
  try {
    if (command === 'start') {
      await runStart(rest);
      return undefined;
    }
    if (command === 'install') return await runInstall(rest);
    if (command === 'uninstall') return await runUninstall(rest);
    if (command === 'doctor') return await (await import('./doctor/index.js')).doctor();
    if (command === undefined || ['help', '--help', '-h'].includes(command)) {
      process.stdout.write(HELP);
      return 0;
    }
    process.stderr.write(`gradoscope-kernel: there is no command ${JSON.stringify(command)}.\n\n${HELP}`);
    return 2;
  } catch (error) {
    // Past node's streams, which a kernel that has begun to start leads to its cells.
    writeSync(2, `gradoscope-kernel: ${error instanceof Error ? error.message : String(error)}\n`);
    // Its sockets may be open already.
    if (command === 'start') process.exit(1);
    return 1;
  }
}

async function runStart(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'connection-file': { type: 'string' },
      engine: { type: 'string' },
      'type-errors': { type: 'string' },
      preload: { type: 'string', multiple: true },
    },
  });
  const connectionFile = values['connection-file'];
  if (connectionFile === undefined) throw new Error('start needs --connection-file FILE.');
  const { start } = await import('../main/start.js');
  const engine = checkEngine(values.engine ?? DEFAULT_ENGINE);
  start({
    connectionFile,
    preloads: values.preload ?? [],
    engine,
    typeErrors: checkTypeErrors(
      values['type-errors'] ?? process.env.GRADOSCOPE_TYPE_ERRORS ?? 'error',
      engine,
    ),
  });
}

const PLACE = {
  user: { type: 'boolean' },
  'sys-prefix': { type: 'boolean' },
  prefix: { type: 'string' },
  name: { type: 'string' },
} as const;

function place(values: { user?: boolean; 'sys-prefix'?: boolean; prefix?: string }): Where {
  const { user, 'sys-prefix': sysPrefix, prefix } = values;
  if ([user, sysPrefix, prefix !== undefined].filter(Boolean).length > 1)
    throw new Error('Give one of --user, --sys-prefix and --prefix.');
  return prefix !== undefined ? { prefix } : sysPrefix === true ? 'sys-prefix' : 'user';
}

async function runInstall(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...PLACE,
      'display-name': { type: 'string' },
      engine: { type: 'string' },
      preload: { type: 'string', multiple: true },
      env: { type: 'string', multiple: true },
    },
  });
  const { install } = await import('./install.js');
  const { name, 'display-name': displayName, engine, preload, env } = values;
  const folder = install({
    where: place(values),
    preloads: preload ?? [],
    env: Object.fromEntries((env ?? []).map(variable)),
    ...(name !== undefined && { name }),
    ...(displayName !== undefined && { displayName }),
    ...(engine !== undefined && { engine: checkEngine(engine) }),
  });
  process.stdout.write(`Installed the kernel spec in ${folder}\n`);
  return 0;
}

async function runUninstall(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: PLACE });
  const { uninstall } = await import('./uninstall.js');
  process.stdout.write(`Removed the kernel spec in ${uninstall(place(values), values.name)}\n`);
  return 0;
}

function variable(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--env is ${JSON.stringify(text)}; it must be NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
