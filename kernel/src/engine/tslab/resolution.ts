import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { PREDECLARED_TYPES } from '../../main/scope.js';
import type * as TS from '@tslab/typescript-for-tslab';

export interface ResolutionOptions {
  readonly cwd: string;
  /** `node_modules` folders that are searched after those of the working directory. */
  readonly roots: readonly string[];
  /** Declaration files (absolute) by import specifier; they win over any package. */
  readonly types: ReadonlyMap<string, string>;
}

const PREDECLARED_PACKAGE = 'gradoscope-cell';

const slashed = (file: string): string => file.replace(/\\/g, '/');

/**
 * Lets TypeScript find packages and types from any working directory. The compiler looks in the folders upwards from the
 * source; the last of them, `node_modules` in the file system's root, stands for `roots`. And `<cwd>/node_modules`, the
 * first of them, seems to hold the declaration files of `types`.
 */
export function patchSystem(sys: TS.System, options: ResolutionOptions): void {
  const last = slashed(path.join(path.parse(options.cwd).root, 'node_modules'));
  const first = slashed(path.join(options.cwd, 'node_modules'));
  const files = new Map<string, string>();
  const folders = new Set<string>([first]);
  // Looks like a package of types that the compiler includes unasked.
  files.set(`${last}/@types/${PREDECLARED_PACKAGE}/index.d.ts`, PREDECLARED_TYPES);
  folders.add(`${last}/@types/${PREDECLARED_PACKAGE}`);
  for (const [specifier, file] of options.types) {
    files.set(`${first}/${specifier}.d.ts`, file);
    for (
      let folder = path.posix.dirname(`${first}/${specifier}`);
      folder.length > first.length;
      folder = path.posix.dirname(folder)
    ) {
      folders.add(folder);
    }
  }
  const within = (file: string): string | undefined => {
    const given = files.get(file);
    if (given !== undefined) return given;
    if (file !== last && !file.startsWith(`${last}/`)) return undefined;
    const rest = file.slice(last.length);
    return options.roots.map((root) => root + rest).find((candidate) => existsSync(candidate));
  };
  const original = { ...sys };
  sys.fileExists = (file) => {
    const other = within(file);
    return other === undefined ? original.fileExists(file) : original.fileExists(other);
  };
  sys.readFile = (file, encoding) => original.readFile(within(file) ?? file, encoding);
  sys.directoryExists = (folder) => folders.has(folder) || original.directoryExists(within(folder) ?? folder);
  sys.getDirectories = (folder) => {
    // What is listed here the compiler includes unasked: of the kernel's own packages, node's types only.
    if (folder === `${last}/@types`) return ['node', PREDECLARED_PACKAGE];
    if (folder === last) {
      return [...new Set(options.roots.flatMap((root) => original.getDirectories(root)))];
    }
    const other = within(folder) ?? folder;
    return original.directoryExists(other) ? original.getDirectories(other) : [];
  };
  sys.realpath = (file) => {
    const other = within(file) ?? file;
    try {
      return slashed(realpathSync(other));
    } catch {
      return other;
    }
  };
}
