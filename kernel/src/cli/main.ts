import { parseArgs } from 'node:util';
import { checkEngine, checkTypeErrors, DEFAULT_ENGINE } from '../engine/create.js';

const HELP = `Usage:
  gradoscope-kernel install [--user | --sys-prefix | --prefix DIR] [--name NAME] [--engine ENGINE] [--preload MODULE]... [--env K=V]...
      Installs the kernel spec, so that Jupyter finds the kernel. Default: --user.
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
    process.stdout.write(HELP);
    return command === undefined || command === 'help' || command === '--help' || command === '-h' ? 0 : 2;
  } catch (error) {
    process.stderr.write(`gradoscope-kernel: ${error instanceof Error ? error.message : String(error)}\n`);
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

async function runInstall(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      user: { type: 'boolean' },
      'sys-prefix': { type: 'boolean' },
      prefix: { type: 'string' },
      name: { type: 'string' },
      engine: { type: 'string' },
      preload: { type: 'string', multiple: true },
      env: { type: 'string', multiple: true },
    },
  });
  const { install } = await import('./install.js');
  const { user, 'sys-prefix': sysPrefix, prefix, name, engine, preload, env } = values;
  if ([user, sysPrefix, prefix !== undefined].filter(Boolean).length > 1)
    throw new Error('Give one of --user, --sys-prefix and --prefix.');
  const folder = install({
    where: prefix !== undefined ? { prefix } : sysPrefix === true ? 'sys-prefix' : 'user',
    preloads: preload ?? [],
    env: Object.fromEntries((env ?? []).map(variable)),
    ...(name !== undefined && { name }),
    ...(engine !== undefined && { engine: checkEngine(engine) }),
  });
  process.stdout.write(`Installed the kernel spec in ${folder}\n`);
  return 0;
}

function variable(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--env is ${JSON.stringify(text)}; it must be NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
