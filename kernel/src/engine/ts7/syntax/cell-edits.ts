import MagicString from 'magic-string';
import type { SourceMapPayload } from 'node:module';
import { bare, bound, child, list, nameOf, text, type Node } from './ast.js';
import type { Analysed } from './analyse.js';
import { carryContext } from './context-edits.js';
import { unexported } from './declare.js';
import {
  editImportExpressions,
  editImports,
  freshNames,
  importRequests,
  substitute,
} from './module-edits.js';
import type { ImportRequest } from './module-edits.js';
import { facts as factsOf, type Facts } from './names.js';
import { parse } from './parse.js';

/** A cell as a script: its value is a function that takes what `parameters` names. */
export interface CellScript {
  readonly code: string;
  readonly map: SourceMapPayload;
  /** Characters in front of the first line of the edited source. */
  readonly prefix: number;
  readonly lines: number;
  /** Variables of this and of earlier cells that it uses. */
  readonly boxes: readonly string[];
  /** Those that it declares itself. */
  readonly declared: ReadonlySet<string>;
  readonly imports: readonly ImportRequest[];
}

export interface CellOptions {
  /** Whether an earlier cell has declared the name. */
  readonly known: (name: string) => boolean;
  /** Names of the scope. */
  readonly scope: readonly string[];
}

/**
 * Turns a cell's JavaScript into a script. A variable lives in a box, one a name for all cells, so that later cells,
 * closures of earlier ones, and what is left after an interrupt see the same value:
 *
 *     let n = 1; n++;        →  $$n.v = 1; $$n.v++;
 *     const a = n;           →  const a = $$n.v; $$a.v = a;
 *     function f() {}        →  $$f.v = f; function f() {}
 */
export function editCell(analysed: Analysed, js: string, { known, scope }: CellOptions): CellScript {
  const { program } = parse(js, 'js');
  const facts = factsOf(program);
  const names = freshNames(analysed.code + js);
  const edits = new MagicString(js);
  const box = (name: string): string => `${names.sigil}${name}`;
  const value = (name: string): string => `${box(name)}.v`;

  carryContext(edits, facts);
  editImportExpressions(edits, facts, names);
  const requests = importRequests(program, facts);
  const imported = editImports(edits, requests, names);
  const own = ownConstants(program, facts);
  const declared = new Set(facts.declared.map(({ name }) => name).filter((name) => !imported.has(name)));
  const boxes = new Set(declared);

  for (const reference of facts.references) {
    const { name, node, top } = reference;
    const target = top
      ? (imported.get(name) ?? (own.has(name) ? undefined : value(name)))
      : known(name)
        ? value(name)
        : undefined;
    if (target === undefined) continue;
    if (!top) boxes.add(name);
    edits.update(node.start, node.end, substitute(target, reference));
  }

  const before: string[] = [];
  for (const { name, kind } of analysed.declared)
    if ((kind === 'enum' || kind === 'namespace') && declared.has(name))
      before.push(`${value(name)} = void 0;`);
  editDeclarations({ edits, facts, program, own, before, value });
  const last = list(analysed.program, 'body').at(-1);
  if (last?.type === 'ExpressionStatement') editLast(edits, program, names.own('result'));

  const open = facts.topLevelAwait ? 'async function' : 'function';
  const unpack = [
    ...[...boxes].map((name) => `${box(name)} = ${names.own('boxes')}[${JSON.stringify(name)}]`),
    ...[...requests].map((_, i) => `${names.module(i)} = ${names.own('modules')}[${i}]`),
  ];
  const parameters = [
    ...['boxes', 'modules', 'import', 'meta', 'result'].map(names.own),
    'babelHelpers',
    ...scope,
  ];
  const prefix =
    `(function (${parameters.join(', ')}) { "use strict"; ` +
    (unpack.length > 0 ? `const ${unpack.join(', ')}; ` : '') +
    `return ${open} () { ${before.join(' ')} `;
  return {
    code: `${prefix}${edits.toString()}\n}; })`,
    map: edits.generateMap({ hires: 'boundary' }) as unknown as SourceMapPayload,
    prefix: prefix.length,
    lines: js.split('\n').length + 1,
    boxes: [...boxes],
    declared,
    imports: [...requests.values()],
  };
}

/** Names that nothing in the cell assigns to after their declaration: they are constants of its function too. */
function ownConstants(program: Node, { references, declared }: Facts): Set<string> {
  const written = new Set(references.filter(({ write, top }) => write && top).map(({ name }) => name));
  const direct = new Set(list(program, 'body').map(unexported));
  const counts = new Map<string, number>();
  for (const { name } of declared) counts.set(name, (counts.get(name) ?? 0) + 1);
  const constant = declared.filter(
    ({ name, kind, statement }) =>
      ['const', 'class', 'function'].includes(kind) &&
      direct.has(statement) &&
      !written.has(name) &&
      counts.get(name) === 1,
  );
  return new Set(constant.map(({ name }) => name));
}

interface Declaring {
  readonly edits: MagicString;
  readonly facts: Facts;
  readonly program: Node;
  readonly own: ReadonlySet<string>;
  /** What runs before the cell's first statement. */
  readonly before: string[];
  readonly value: (name: string) => string;
}

function editDeclarations({ edits, facts, program, own, before, value }: Declaring): void {
  const publish = (name: string): string => `${value(name)} = ${name};`;
  for (const outer of list(program, 'body')) {
    const statement = unexported(outer);
    if (outer.type.startsWith('Export')) editExport(edits, outer, statement);
    const id = child(statement, 'id');
    if (statement.type === 'FunctionDeclaration' && id) before.push(publish(nameOf(id)));
    if (statement.type === 'ClassDeclaration' && id)
      edits.appendLeft(statement.end, ` ${publish(nameOf(id))}`);
  }
  const statements = new Set(facts.declared.map(({ statement }) => statement));
  const loopHeads = headsOf(program);
  for (const statement of statements) {
    if (statement.type !== 'VariableDeclaration') continue;
    const declarators = list(statement, 'declarations');
    const ids = declarators.map((declarator) => bound(child(declarator, 'id') ?? declarator));
    if (text(statement, 'kind') !== 'var' && ids.flat().every((id) => own.has(nameOf(id)))) {
      publishConstants(edits, statement, declarators, ids, publish);
      continue;
    }
    for (const id of ids.flat()) {
      const shorthand = facts.shorthands.has(id);
      edits.update(
        id.start,
        id.end,
        substitute(value(nameOf(id)), { name: nameOf(id), shorthand, callee: false }),
      );
    }
    edits.remove(statement.start, (declarators[0] ?? statement).start);
    if (loopHeads.has(statement)) continue;
    const isVar = text(statement, 'kind') === 'var';
    declarators.forEach((declarator, i) => {
      const names = (ids[i] ?? []).map(nameOf);
      if (!child(declarator, 'init') && isVar)
        before.push(...names.map((name) => `${value(name)} = void 0;`));
      editDeclarator(edits, declarator, isVar);
    });
  }
}

/** `let` and `var` as assignments, joined by the commas that stand there. */
function editDeclarator(edits: MagicString, declarator: Node, isVar: boolean): void {
  const id = child(declarator, 'id');
  const init = child(declarator, 'init');
  if (!id) return;
  if (!init) {
    // A `var` without a value changes nothing where it stands.
    if (!isVar) edits.appendLeft(declarator.end, ' = void 0');
    return;
  }
  if (id.type !== 'Identifier') {
    edits.prependRight(declarator.start, '(');
    edits.appendLeft(declarator.end, ')');
    return;
  }
  const plain = bare(init);
  const anonymous =
    plain?.type === 'ArrowFunctionExpression' ||
    ((plain?.type === 'FunctionExpression' || plain?.type === 'ClassExpression') && !child(plain, 'id'));
  if (!anonymous) return;
  // An assignment to a member gives no name to a function; an object's property does.
  const name = nameOf(id);
  edits.prependRight(init.start, `({ ${JSON.stringify(name)}: `);
  edits.appendLeft(init.end, ` })[${JSON.stringify(name)}]`);
}

/** Each constant is published as soon as it is there: what follows may throw. */
function publishConstants(
  edits: MagicString,
  statement: Node,
  declarators: readonly Node[],
  ids: readonly (readonly Node[])[],
  publish: (name: string) => string,
): void {
  const kind = text(statement, 'kind') ?? 'const';
  declarators.forEach((declarator, i) => {
    const published = (ids[i] ?? []).map((id) => publish(nameOf(id))).join(' ');
    const next = declarators[i + 1];
    if (next) edits.update(declarator.end, next.start, `; ${published} ${kind} `);
    else edits.appendLeft(statement.end, ` ${published}`);
  });
}

function editExport(edits: MagicString, outer: Node, statement: Node): void {
  if (child(outer, 'source')) return;
  if (outer === statement) return void edits.remove(outer.start, outer.end);
  const declares = child(statement, 'id') !== undefined || statement.type === 'VariableDeclaration';
  if (outer.type !== 'ExportDefaultDeclaration' || (declares && /Declaration$/.test(statement.type))) {
    edits.remove(outer.start, statement.start);
    return;
  }
  edits.update(outer.start, statement.start, 'void (');
  edits.appendLeft(statement.end, ')');
}

/** Declarations in the head of a loop. */
function headsOf(program: Node): Set<Node> {
  const found = new Set<Node>();
  const visit = (node: Node): void => {
    const head =
      node.type === 'ForInStatement' || node.type === 'ForOfStatement' ? child(node, 'left') : undefined;
    if (head) found.add(head);
    for (const value of Object.values(node as unknown as Record<string, unknown>)) {
      for (const item of Array.isArray(value) ? (value as unknown[]) : [value])
        if (typeof item === 'object' && item !== null && 'type' in item && 'start' in item)
          visit(item as Node);
    }
  };
  visit(program);
  return found;
}

/** Keeps the value of the last statement. */
function editLast(edits: MagicString, program: Node, result: string): void {
  const last = list(program, 'body').at(-1);
  const expression = last?.type === 'ExpressionStatement' ? child(last, 'expression') : undefined;
  if (!expression) return;
  edits.prependRight(expression.start, `${result}.value = (`);
  edits.appendLeft(expression.end, ')');
}
