import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** A child that ends neither way is ended by force. */
const PATIENCE_MS = 1000;
/** Between two looks at the processes. */
const LOOK_MS = 100;

/** The child that the main thread waits for, as of `spawnSync`, with its own children. */
export class SyncChildren {
  #known: ReadonlySet<number> = new Set();
  /** When each was asked to end. */
  readonly #asked = new Map<number, number>();
  #looked = -Infinity;

  constructor(
    private readonly list: () => readonly Process[] = processes,
    private readonly kill: (pid: number, signal: NodeJS.Signals) => void = quietly,
  ) {}

  /** The main thread begins to wait. @param known Its other children, which go on. */
  begin(known: readonly number[]): void {
    this.#known = new Set(known);
    this.#asked.clear();
    this.#looked = -Infinity;
  }

  /** Called again and again while the main thread waits and the cell is to end. */
  end(): void {
    const now = performance.now();
    if (now - this.#looked < LOOK_MS) return;
    this.#looked = now;
    for (const pid of this.#descendants()) {
      const asked = this.#asked.get(pid);
      if (asked === undefined) {
        this.#asked.set(pid, now);
        this.kill(pid, 'SIGINT');
      } else if (now - asked > PATIENCE_MS) this.kill(pid, 'SIGKILL');
    }
  }

  #descendants(): number[] {
    const all = this.list();
    const found: number[] = [];
    const pending = [process.pid];
    for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
      for (const { pid, ppid } of all) {
        if (ppid !== parent || this.#known.has(pid)) continue;
        found.push(pid);
        pending.push(pid);
      }
    }
    return found;
  }
}

interface Process {
  readonly pid: number;
  readonly ppid: number;
}

/** On Windows none: there a child that is waited for cannot be interrupted. */
function processes(): readonly Process[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux') return ps();
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // "pid (name) state ppid …", where the name may hold anything.
        const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), ppid: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return [];
      }
    });
}

function ps(): readonly Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid = NaN, ppid = NaN] = line.trim().split(/\s+/).map(Number);
    return { pid, ppid };
  });
}

function quietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
