import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CHANGED, DELETED, MADE, type Change } from './server.js';

const SPECIFIER = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])([^'"\n]+)\1/g;
const EXTENSIONS = [
  '',
  '.ts',
  '.tsx',
  '.d.ts',
  '.mts',
  '.cts',
  '.js',
  '.json',
  '/index.ts',
  '/index.tsx',
  '/index.d.ts',
];
const CODE = /\.[cm]?tsx?$/;

interface Local {
  /** Empty: there is no such file. */
  stamp: string;
  imports: readonly string[];
}

/**
 * The user's own files that cells import, also by way of one another. Their times and sizes are looked at before each
 * check, so that a change is seen however it came about.
 */
export class LocalFiles {
  readonly #files = new Map<string, Local>();

  /** @param mapped Where else than to a package a specifier may lead. */
  constructor(
    private readonly cwd: string,
    private readonly mapped: (specifier: string) => readonly string[] = () => [],
  ) {}

  /** Takes up what a cell imports. @returns The files of TypeScript that it depends on. */
  add(imports: readonly string[]): readonly string[] {
    const reached = new Set<string>();
    const pending = imports.flatMap((specifier) => this.#places(specifier, this.cwd));
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      for (const candidate of candidates(next)) {
        const local = this.#files.get(candidate) ?? this.#read(candidate);
        this.#files.set(candidate, local);
        if (local.stamp === '') continue;
        reached.add(candidate);
        pending.push(...local.imports);
      }
    }
    return [...reached].filter((file) => CODE.test(file) && this.#files.get(file)?.stamp);
  }

  /** What has changed on disk since the last call. */
  changes(): Change[] {
    const found: Change[] = [];
    for (const [file, before] of this.#files) {
      const stamp = stampOf(file);
      if (stamp === before.stamp) continue;
      found.push({ file, type: stamp === '' ? DELETED : before.stamp === '' ? MADE : CHANGED });
      this.#files.set(file, this.#read(file));
    }
    return found;
  }

  #read(file: string): Local {
    const stamp = stampOf(file);
    if (stamp === '' || !/\.[cm]?[jt]sx?$/.test(file)) return { stamp, imports: [] };
    const found = readFileSync(file, 'utf8').matchAll(SPECIFIER);
    const imports = [...found].flatMap((match) => this.#places(match[2] ?? '', path.dirname(file)));
    return { stamp, imports };
  }

  #places(specifier: string, folder: string): readonly string[] {
    return isRelative(specifier) ? [path.resolve(folder, specifier)] : this.mapped(specifier);
  }
}

export const isRelative = (specifier: string): boolean => /^\.{0,2}\/|^\.{1,2}$/.test(specifier);

/** The files that a path may mean, `./x.js` for `x.ts` among them. */
function candidates(file: string): string[] {
  const script = /\.([cm]?)js(x?)$/.exec(file);
  const named = script ? [`${file.slice(0, script.index)}.${script[1]}ts${script[2]}`] : [];
  return [...EXTENSIONS.map((extension) => file + extension), ...named];
}

function stampOf(file: string): string {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found?.isFile() ? `${found.mtimeMs} ${found.size}` : '';
  } catch {
    // A part of the path is a file, or may not be read.
    return '';
  }
}
