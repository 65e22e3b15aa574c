import { existsSync, readFileSync, statSync } from 'node:fs';
import Module, { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mapped, type Paths } from '../paths.js';

/** Where an import leads. */
export type Target =
  | { readonly kind: 'require'; readonly id: string }
  /** A file of the user's own, compiled here. */
  | { readonly kind: 'local' | 'json'; readonly file: string }
  /** An ES module, by specifier, or by file where node does not find the specifier. */
  | { readonly kind: 'esm'; readonly specifier: string; readonly file: string | undefined };

const SOURCES = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
/** TypeScript's files by the extension under which they are imported. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/**
 * @param folder Folder of the file that imports.
 * @param paths As a tsconfig.json has them.
 * @throws Error as node's when there is no such module.
 */
export function resolve(specifier: string, folder: string, paths: Paths = {}): Target {
  if (isBuiltin(specifier)) return { kind: 'require', id: specifier };
  if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..' || path.isAbsolute(specifier))
    return local(specifier, path.resolve(folder, specifier), folder);
  if (specifier.startsWith('file:')) return local(specifier, fileURLToPath(specifier), folder);
  if (/^(data|https?):/.test(specifier)) return { kind: 'esm', specifier, file: undefined };
  const alias = mapped(specifier, paths).find((base) => findFile(base) !== undefined);
  if (alias !== undefined) return local(specifier, alias, folder);
  const require = Module.createRequire(path.join(folder, 'cell.js'));
  let file: string;
  try {
    file = require.resolve(specifier);
  } catch (error) {
    const code = codeOf(error);
    // Packages may export to `import` only; whether this one is there is seen at the import.
    if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' || hasPackage(specifier, require))
      return { kind: 'esm', specifier, file: undefined };
    throw missing(specifier, folder);
  }
  return isEsm(file) ? { kind: 'esm', specifier, file } : { kind: 'require', id: specifier };
}

function missing(specifier: string, folder: string): Error {
  const own = specifier.startsWith('.') || path.isAbsolute(specifier);
  const cure = own ? '' : ` Install it: npm install ${/^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier}`;
  const error = new Error(`Cannot find module '${specifier}' from ${folder}.${cure}`);
  return Object.defineProperty(error, 'code', { value: 'MODULE_NOT_FOUND' });
}

function local(specifier: string, base: string, folder: string): Target {
  const file = findFile(base);
  if (file === undefined) throw missing(specifier, folder);
  const extension = path.extname(file);
  if (extension === '.json') return { kind: 'json', file };
  const own = SOURCES.includes(extension) && !file.includes(`${path.sep}node_modules${path.sep}`);
  if (own) return { kind: 'local', file };
  return isEsm(file) ? { kind: 'esm', specifier: file, file } : { kind: 'require', id: file };
}

function findFile(base: string): string | undefined {
  if (isFile(base)) return base;
  const extension = path.extname(base);
  const stem = base.slice(0, base.length - extension.length);
  const candidates = [
    ...(WRITTEN[extension] ?? []).map((other) => stem + other),
    ...[...SOURCES, '.json', '.node'].map((other) => base + other),
  ];
  const found = candidates.find(isFile);
  if (found !== undefined || !isFolder(base)) return found;
  const main = readPackage(base)?.main;
  return (
    (typeof main === 'string' ? findFile(path.join(base, main)) : undefined) ??
    findFile(path.join(base, 'index'))
  );
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;

function readPackage(folder: string): { main?: unknown; type?: unknown } | undefined {
  const file = path.join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : undefined;
}

function hasPackage(specifier: string, require: NodeJS.Require): boolean {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
  return (
    name !== undefined &&
    (require.resolve.paths(specifier) ?? []).some((root) => isFolder(path.join(root, name)))
  );
}

/** Whether node takes a file for an ES module by its name and its package. */
export function isEsm(file: string): boolean {
  const extension = path.extname(file);
  if (extension === '.mjs') return true;
  if (extension !== '.js') return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const found = readPackage(folder);
    if (found) return found.type === 'module';
    if (folder === path.dirname(folder) || path.basename(folder) === 'node_modules') return false;
  }
}

export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
