import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { inNode, requireBuilt, root } from './child.js';
import type { Wheel } from './wheel.js';

const program = path.join(root, 'lib/bin/gradoscope.cjs');

/** A user's cache of its own; it may not lie in a temporary folder. */
export class Cache {
  readonly folder: string;
  readonly native: string;
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    fs.mkdirSync(path.join(root, 'out'), { recursive: true });
    this.folder = fs.mkdtempSync(path.join(root, 'out/cache-'));
    this.native = path.join(this.folder, 'gradoscope/native');
    const pip = { PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: this.folder };
    this.env = { XDG_CACHE_HOME: this.folder, CXX: this.#compiler(), ...pip };
  }

  /** A compiler that gives what this machine's compiler made of the same sources before: tests need not wait for it. */
  #compiler(): string {
    const { installation } = requireBuilt<{ installation(): { folder: string } }>('native/installation.js');
    const made = installation().folder;
    const file = path.join(this.folder, 'compiler');
    const script = `#!/bin/sh
case "$*" in *--version*) exit 0;; esac
for out; do :; done
case "$out" in *.o) : > "$out" ;; *) cp "${made}/$(basename "$out")" "$out" ;; esac
`;
    fs.writeFileSync(file, script, { mode: 0o755 });
    return file;
  }

  /** The command, to its end. */
  command(args: readonly string[], env: NodeJS.ProcessEnv = {}, file = program) {
    const { GRADOSCOPE_BACKEND: _, ...inherited } = process.env;
    const all = ['native', '--json', ...args];
    const child = spawnSync(process.execPath, [file, ...all], {
      env: { ...inherited, ...this.env, ...env },
      encoding: 'utf8',
      timeout: 300_000,
    });
    return { status: child.status, stderr: child.stderr, ...(JSON.parse(child.stdout || '{}') as Outcome) };
  }

  /** The command, running. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, [program, 'native', '--json', ...args], {
      env: { ...process.env, ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Sets up with pip, as if `wheel` were the one that is pinned. */
  fetch(wheel: Wheel, env: NodeJS.ProcessEnv = {}) {
    const code = `
      const { provisionRequest } = require(dist + '/native/provision.js');
      const wheel = ${JSON.stringify(wheel)};
      const libraries = { ...require(dist + '/native/choice.js').pinnedLibraries('cpu', wheel), origin: 'wheel' };
      return await provisionRequest({ variant: 'cpu', libraries, wheel }, 'python3', () => undefined);`;
    return inNode<{ built: boolean; folder: string }>(code, { ...this.env, ...env });
  }

  /** What a new process computes with. */
  backend(): { name: string; reason: string; howToGetNative?: string; sum: number } {
    const code = `
      const { tf, name, reason, howToGetNative } = await room.loadTensorFlow();
      return { name, reason, howToGetNative, sum: (await tf.tensor1d([1, 2, 3]).sum().data())[0] };`;
    return inNode<ReturnType<Cache['backend']>>(code, this.env).value;
  }

  /** What must not be left when nothing runs. */
  leftovers(): string[] {
    if (!fs.existsSync(this.native)) return [];
    const all = fs.readdirSync(this.native, { recursive: true, encoding: 'utf8' });
    return all.filter((name) => /\.(lock|part|stripped|stale|work)\b|fetch-|\.whl$/.test(name));
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Outcome {
  done?: { folder: string; built: boolean; verified: boolean; source: string; tensorflow: string };
  failed?: { code: string; message: string; remedy: string };
}
