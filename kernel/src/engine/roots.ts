import { existsSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';

/** The node_modules folders, existing ones only, in which node would look from the given files. */
export function nodeModulesOf(...files: readonly string[]): string[] {
  const found = files.flatMap((file) => Module.createRequire(file).resolve.paths('x') ?? []);
  return [...new Set(found)].filter((folder) => existsSync(folder));
}

/** Lets `require` find packages in `roots` after all else, without an environment variable that child processes inherit. */
export function addRequireRoots(roots: readonly string[]): void {
  const before = process.env.NODE_PATH;
  process.env.NODE_PATH = [before, ...roots].filter(Boolean).join(path.delimiter);
  (Module as unknown as { _initPaths(): void })._initPaths();
  if (before === undefined) delete process.env.NODE_PATH;
  else process.env.NODE_PATH = before;
}
