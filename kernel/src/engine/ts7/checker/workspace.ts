import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const PREFIX = 'gradoscope-types-';

/**
 * A private folder with the files that only the compiler sees. The notebook's folder is mirrored in it by its full path:
 * with `rootDirs` a relative import of a cell finds what lies beside the notebook, and a link in each folder above leads
 * to the `node_modules` that node would search. Nothing is written beside the notebook.
 */
export class Workspace {
  readonly #root: string;
  /** Where the files of cells are. */
  readonly folder: string;
  /** The two folders that are one for relative imports. */
  readonly rootDirs: readonly [string, string];

  /** @param roots `node_modules` folders that are searched after all those above `cwd`. */
  constructor(cwd: string, roots: readonly string[]) {
    // Made with mode 0700.
    this.#root = mkdtempSync(path.join(realpathSync(os.tmpdir()), `${PREFIX}${process.pid}-`));
    let mirror = this.#root;
    for (const root of [...roots].reverse()) {
      mirror = path.join(mirror, 'r');
      mkdirSync(mirror);
      link(root, mirror);
    }
    mirror = path.join(mirror, 'm');
    const base = path.parse(cwd).root;
    this.rootDirs = [mirror, base];
    this.folder = path.join(mirror, path.relative(base, cwd));
    mkdirSync(this.folder, { recursive: true });
    for (let real = cwd; ; real = path.dirname(real)) {
      // A link to a folder that is not there yet is followed once it is.
      link(path.join(real, 'node_modules'), path.join(mirror, path.relative(base, real)));
      if (real === base) break;
    }
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text);
  }

  remove(name: string): void {
    rmSync(this.file(name), { force: true });
  }

  dispose(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

function link(target: string, folder: string): void {
  // On Windows a junction needs no privilege.
  symlinkSync(target, path.join(folder, 'node_modules'), 'junction');
}

/** Removes the folders of processes that died without doing so. */
export function sweep(): void {
  const folder = os.tmpdir();
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : NaN;
    if (Number.isNaN(pid) || alive(pid)) continue;
    try {
      rmSync(path.join(folder, name), { recursive: true, force: true });
    } catch {
      // It is another user's.
    }
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
