import type { StdioOptions } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { StreamName } from '../shared/ring.js';

export type Write = (name: StreamName, text: string) => void;

const NAMES = ['stdin', 'stdout', 'stderr'] as const;
/** A child's own children may keep its output open; its end is not put off for longer. */
const LATE_MS = 200;

/** Which of stdout and stderr a child is to have from this process, and the same options with pipes in their place. */
export function inherits(stdio: unknown): { stdio: StdioOptions; names: readonly StreamName[] } | undefined {
  const given: unknown[] =
    typeof stdio === 'string' ? [stdio, stdio, stdio] : Array.isArray(stdio) ? stdio : [];
  const names = (['stdout', 'stderr'] as const).filter((name) => isOwn(given[NAMES.indexOf(name)], name));
  if (names.length === 0) return undefined;
  const piped = given.map((one, i) => ((names as readonly string[]).includes(NAMES[i] ?? '') ? 'pipe' : one));
  return { stdio: piped as StdioOptions, names };
}

function isOwn(given: unknown, name: StreamName): boolean {
  const fd = NAMES.indexOf(name);
  if (given === 'inherit' || given === 1 || given === 2) return true;
  return typeof given === 'object' && given !== null && (given as { fd?: unknown }).fd === fd;
}

interface Child {
  stdio: (Readable | null)[];
  stdout: Readable | null;
  stderr: Readable | null;
  emit(event: string, ...args: unknown[]): boolean;
}

/** Hands on what a child prints; the child looks as if it had inherited, and ends after its last words. */
export function handOn(child: Child, names: readonly StreamName[], write: Write): void {
  const ends = names.map((name) => {
    const stream = child[name];
    child[name] = null;
    child.stdio[NAMES.indexOf(name)] = null;
    if (!stream) return Promise.resolve();
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => write(name, text));
    return new Promise<void>((resolve) => stream.once('end', resolve).once('error', () => resolve()));
  });
  const all = Promise.all(ends);
  const emit = child.emit.bind(child);
  child.emit = (event, ...args) => {
    if (event !== 'exit') return emit(event, ...args);
    void Promise.race([all, new Promise((resolve) => setTimeout(resolve, LATE_MS))]).then(() =>
      emit(event, ...args),
    );
    return true;
  };
}
