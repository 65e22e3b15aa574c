import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Paths } from '../paths.js';
import { child, flag, list, nameOf, text, type Node } from './ast.js';
import { parse } from './parse.js';

/** What of a tsconfig.json matters here; undefined: as TypeScript's default. */
export interface Settings {
  readonly target: string | undefined;
  readonly jsx: string | undefined;
  readonly jsxFactory: string | undefined;
  readonly jsxFragmentFactory: string | undefined;
  readonly jsxImportSource: string | undefined;
  readonly experimentalDecorators: boolean;
  readonly emitDecoratorMetadata: boolean;
  readonly useDefineForClassFields: boolean;
  readonly paths: Paths;
  readonly types: readonly string[];
  /** An absolute path. */
  readonly baseUrl: string | undefined;
}

const FILE = 'tsconfig.json';

/** Reads the folder's tsconfig.json, anew when it has changed. */
export class SettingsFile {
  #stamp = '';
  #settings = toSettings({});

  constructor(private readonly folder: string) {}

  /** @throws Error that names the file when it is not JSON. */
  read(): Settings {
    const file = path.join(this.folder, FILE);
    const stamp = stampOf(file);
    if (stamp !== this.#stamp) {
      this.#settings = toSettings(stamp === '' ? {} : options(file, new Set()));
      this.#stamp = stamp;
    }
    return this.#settings;
  }
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : '';
}

type Options = Readonly<Record<string, unknown>>;

function toSettings(given: Options): Settings {
  const string = (key: string): string | undefined => {
    const value = given[key];
    return typeof value === 'string' ? value : undefined;
  };
  const target = string('target')?.toLowerCase();
  const modern =
    target === undefined || target === 'esnext' || Number(/^es(\d+)$/.exec(target)?.[1] ?? 0) >= 2022;
  const define = given.useDefineForClassFields;
  const types: readonly unknown[] = Array.isArray(given.types) ? given.types : [];
  return {
    target,
    jsx: string('jsx'),
    jsxFactory: string('jsxFactory'),
    jsxFragmentFactory: string('jsxFragmentFactory'),
    jsxImportSource: string('jsxImportSource'),
    experimentalDecorators: given.experimentalDecorators === true,
    emitDecoratorMetadata: given.emitDecoratorMetadata === true,
    useDefineForClassFields: typeof define === 'boolean' ? define : modern,
    paths: (given.paths ?? {}) as Paths,
    types: types.filter((name) => typeof name === 'string'),
    baseUrl: string('baseUrl'),
  };
}

/** The compiler options of a file and of those that it extends. */
function options(file: string, seen: Set<string>): Options {
  if (seen.has(file)) return {};
  seen.add(file);
  const content = readJson(file);
  const bases = [content.extends].flat().filter((base): base is string => typeof base === 'string');
  const inherited = bases.map((base) => options(resolveBase(base, file), seen));
  const given = content.compilerOptions;
  const own = typeof given === 'object' && given !== null ? (given as Options) : {};
  const folder = path.dirname(file);
  const base = typeof own.baseUrl === 'string' ? { baseUrl: path.resolve(folder, own.baseUrl) } : {};
  const merged = Object.assign({}, ...inherited, own, base) as Options;
  const from = typeof merged.baseUrl === 'string' ? merged.baseUrl : folder;
  return own.paths === undefined ? merged : { ...merged, paths: absolute(own.paths, from) };
}

function absolute(paths: unknown, folder: string): Paths {
  if (typeof paths !== 'object' || paths === null) return {};
  const found = Object.entries(paths).map(([pattern, targets]) => [
    pattern,
    (Array.isArray(targets) ? targets : [])
      .filter((target): target is string => typeof target === 'string')
      .map((target) => path.resolve(folder, target)),
  ]);
  return Object.fromEntries(found) as Paths;
}

function resolveBase(base: string, from: string): string {
  if (!/^\.{0,2}\//.test(base) && !path.isAbsolute(base)) {
    const require = createRequire(from);
    for (const id of [base, `${base}.json`, `${base}/${FILE}`]) {
      try {
        return require.resolve(id);
      } catch {
        continue;
      }
    }
    throw new Error(
      `${from} extends ${JSON.stringify(base)}, which cannot be found; install it or correct the name.`,
    );
  }
  const file = path.resolve(path.dirname(from), base);
  return file.endsWith('.json') ? file : `${file}.json`;
}

/** JSON with comments and trailing commas. */
function readJson(file: string): Options {
  const { program, errors } = parse(`(${readFileSync(file, 'utf8').replace(/^\uFEFF/, '')}\n)`, 'js');
  const [statement] = list(program, 'body');
  if (errors[0]) throw new Error(`${file} is not JSON: ${errors[0].message}. Correct the file.`);
  const value = statement && toValue(child(statement, 'expression'));
  return typeof value === 'object' && value !== null ? (value as Options) : {};
}

function toValue(node: Node | undefined): unknown {
  switch (node?.type) {
    case 'ParenthesizedExpression':
      return toValue(child(node, 'expression'));
    case 'ObjectExpression':
      return Object.fromEntries(
        list(node, 'properties').map((property) => [
          nameOf(child(property, 'key')),
          toValue(child(property, 'value')),
        ]),
      );
    case 'ArrayExpression':
      return list(node, 'elements').map(toValue);
    case 'Literal':
      return text(node, 'value') ?? (text(node, 'raw') === 'null' ? null : flagOrNumber(node));
    default:
      return undefined;
  }
}

const flagOrNumber = (node: Node): unknown =>
  text(node, 'raw') === 'false' ? false : flag(node, 'value') || Number(text(node, 'raw'));
