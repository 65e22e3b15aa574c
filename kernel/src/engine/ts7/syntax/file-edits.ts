import MagicString from 'magic-string';
import type { SourceMapPayload } from 'node:module';
import { bound, child, flag, list, nameOf, text, type Node } from './ast.js';
import { carryContext, CELL, HOOKS } from './context-edits.js';
import { unexported } from './declare.js';
import {
  editImportExpressions,
  editImports,
  freshNames,
  importRequests,
  substitute,
  type ImportRequest,
} from './module-edits.js';
import { facts as factsOf } from './names.js';
import { parse } from './parse.js';

/** A file of the user's as a script: its value is a function that takes what FILE_PARAMETERS says. */
export interface FileScript {
  readonly code: string;
  readonly map: SourceMapPayload;
  readonly prefix: number;
  readonly lines: number;
  readonly imports: readonly ImportRequest[];
  /** It has `import` or `export`; otherwise it fills `module.exports`. */
  readonly esm: boolean;
  readonly async: boolean;
}

/** Turns a file's JavaScript into a function, with its exports as getters, so that importers see each change. */
export function editFile(source: string, js: string): FileScript {
  const { program } = parse(js, 'js');
  const facts = factsOf(program);
  const names = freshNames(source + js);
  const edits = new MagicString(js);
  const body = list(program, 'body');
  const esm =
    facts.topLevelAwait || facts.metas.length > 0 || body.some(({ type }) => /^(Im|Ex)port/.test(type));

  carryContext(edits, facts);
  editImportExpressions(edits, facts, names);
  const requests = importRequests(program, facts);
  const imported = editImports(edits, requests, names);
  for (const reference of facts.references) {
    const target = reference.top ? imported.get(reference.name) : undefined;
    if (target !== undefined)
      edits.update(reference.node.start, reference.node.end, substitute(target, reference));
  }

  const exports: [string, string][] = [];
  const stars: string[] = [];
  const modules = new Map([...requests.keys()].map((statement, i) => [statement, names.module(i)]));
  for (const outer of body) {
    const module = modules.get(outer);
    if (outer.type === 'ExportAllDeclaration') {
      const as = child(outer, 'exported');
      if (as && module !== undefined) exports.push([nameOf(as), module]);
      else if (module !== undefined) stars.push(module);
    } else if (outer.type === 'ExportNamedDeclaration') {
      for (const one of list(outer, 'specifiers')) {
        const local = nameOf(child(one, 'local'));
        const value =
          module === undefined ? (imported.get(local) ?? local) : `${module}[${JSON.stringify(local)}]`;
        exports.push([nameOf(child(one, 'exported')), value]);
      }
      const declaration = child(outer, 'declaration');
      if (declaration) {
        for (const name of declaredBy(declaration)) exports.push([name, name]);
        edits.remove(outer.start, declaration.start);
      } else if (module === undefined) edits.remove(outer.start, outer.end);
    } else if (outer.type === 'ExportDefaultDeclaration') {
      exports.push(['default', editDefault(edits, outer, names.own('default'))]);
    }
  }

  const parameters = [
    'exports',
    'require',
    'module',
    '__filename',
    '__dirname',
    'babelHelpers',
    HOOKS,
  ].concat(['modules', 'import', 'meta', 'star'].map(names.own));
  const setup = [
    ...[...modules.values()].map((name, i) => `const ${name} = ${names.own('modules')}[${i}];`),
    ...(facts.awaits.length + facts.asyncCatches.length > 0 ? [`const ${CELL} = ${HOOKS}.capture();`] : []),
  ];
  if (esm) setup.push(exporting(exports, stars, names.own('star')));
  const prefix = `(${facts.topLevelAwait ? 'async ' : ''}function (${parameters.join(', ')}) { ${esm ? '"use strict"; ' : ''}${setup.join(' ')} `;
  return {
    code: `${prefix}${edits.toString()}\n})`,
    map: edits.generateMap({ hires: 'boundary' }) as unknown as SourceMapPayload,
    prefix: prefix.length,
    lines: js.split('\n').length + 1,
    imports: [...requests.values()],
    esm,
    async: facts.topLevelAwait,
  };
}

function exporting(exports: readonly [string, string][], stars: readonly string[], star: string): string {
  const getters = exports.map(([name, value]) => `get ${JSON.stringify(name)}() { return ${value}; }`);
  return [
    `Object.defineProperties(exports, Object.getOwnPropertyDescriptors({ ${getters.join(', ')} }));`,
    ...stars.map((module) => `${star}(exports, ${module});`),
  ].join(' ');
}

function declaredBy(declaration: Node): string[] {
  const id = child(declaration, 'id');
  if (id) return [nameOf(id)];
  return list(declaration, 'declarations').flatMap((one) => bound(child(one, 'id') ?? one).map(nameOf));
}

/** @returns What the default export is called within. */
function editDefault(edits: MagicString, outer: Node, fallback: string): string {
  const declaration = unexported(outer);
  const id = child(declaration, 'id');
  const hoisted = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
  if (id && hoisted) {
    edits.remove(outer.start, declaration.start);
    return nameOf(id);
  }
  if (declaration.type === 'FunctionDeclaration') {
    // Hoisted although it has no name.
    edits.remove(outer.start, declaration.start);
    const head = flag(declaration, 'async') ? 'async function' : 'function';
    edits.update(
      declaration.start,
      declaration.start + functionHead(edits.original, declaration),
      `${head} ${fallback}`,
    );
    return fallback;
  }
  edits.update(outer.start, declaration.start, `const ${fallback} = `);
  if (text(declaration, 'type') === 'ClassDeclaration') edits.appendLeft(declaration.end, ';');
  return fallback;
}

/** Length of `async function` at the start of a declaration without a name. */
function functionHead(code: string, declaration: Node): number {
  return /^(async\s+)?function/.exec(code.slice(declaration.start))?.[0].length ?? 0;
}
