import childProcess, { type ExecFileSyncOptions, type SpawnSyncOptions } from 'node:child_process';
import { inherits, type Write } from './inherited.js';

type Args = readonly unknown[];
type Sync = (...args: Args) => unknown;
type Options = SpawnSyncOptions & ExecFileSyncOptions;

interface Given {
  readonly before: Args;
  readonly options: Options;
}

/**
 * Children that the main thread waits for: an interrupt ends them, and what they print to this process's stdout and stderr is
 * the cell's, once they have ended.
 * @param wait Runs a call; the worker knows meanwhile that a child is waited for.
 */
export function bindSyncChildren(wait: <T>(f: () => T) => T, write: Write): void {
  const { spawnSync, execFileSync, execSync } = childProcess;
  const original = { spawnSync, execFileSync, execSync } as unknown as Record<string, Sync>;

  const spawned = (args: Args): unknown => {
    const { before, options } = split(args);
    const own = inherits(options.stdio);
    const call = original.spawnSync as Sync;
    if (!own) return wait(() => call(...args));
    const piped = { maxBuffer: Infinity, ...options, stdio: own.stdio };
    const result = wait(() => call(...before, piped)) as Record<'stdout' | 'stderr', unknown> & {
      output: unknown[] | null;
    };
    own.names.forEach((name) => {
      print(write, name, result[name]);
      result[name] = null;
      if (result.output) result.output[name === 'stdout' ? 1 : 2] = null;
    });
    return result;
  };

  /** Those return what was printed to stdout, and throw when the child fails. */
  const executed = (call: Sync, args: Args): unknown => {
    const { before, options } = split(args);
    const own = inherits(options.stdio);
    if (!own) return wait(() => call(...args));
    const { stdio, ...rest } = { maxBuffer: Infinity, ...options };
    // Without `stdio` they write to stderr themselves.
    const stderr = own.names.includes('stderr');
    const piped = stderr ? rest : { ...rest, stdio: own.stdio };
    const shown = own.names.includes('stdout');
    try {
      const printed = wait(() => call(...before, piped));
      if (shown) print(write, 'stdout', printed);
      return shown || (Array.isArray(stdio) && stdio[1] === 'ignore') ? null : printed;
    } catch (error) {
      const failed = error as { stdout?: unknown; stderr?: unknown };
      if (shown && failed.stdout !== undefined) {
        print(write, 'stdout', failed.stdout);
        failed.stdout = null;
      }
      if (stderr && failed.stderr !== undefined) failed.stderr = null;
      throw error;
    }
  };

  const bound: Record<string, Sync> = {
    spawnSync: (...args) => spawned(args),
    execFileSync: (...args) => executed(original.execFileSync as Sync, args),
    execSync: (...args) => executed(original.execSync as Sync, args),
  };
  for (const [name, f] of Object.entries(bound)) {
    Object.defineProperty(f, 'name', { value: name });
    (childProcess as unknown as Record<string, Sync>)[name] = f;
  }
}

/** The arguments before the options, which come last. */
function split(args: Args): Given {
  const last = args.at(-1);
  const given = args.length > 1 && typeof last === 'object' && last !== null && !Array.isArray(last);
  return given ? { before: args.slice(0, -1), options: last } : { before: args, options: {} };
}

function print(write: Write, name: 'stdout' | 'stderr', printed: unknown): void {
  if (typeof printed === 'string') write(name, printed);
  else if (printed instanceof Uint8Array) write(name, Buffer.from(printed).toString('utf8'));
}
