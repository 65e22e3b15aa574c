import type MagicString from 'magic-string';
import { bare, bound, child, children, list, nameOf, text, type Node } from './ast.js';
import { unexported } from './declare.js';
import type { Holding } from './holdings.js';
import { substitute } from './module-edits.js';
import type { Facts } from './names.js';

export interface Declaring {
  readonly edits: MagicString;
  readonly facts: Facts;
  readonly program: Node;
  readonly own: ReadonlyMap<string, Holding>;
  /** What runs before the cell's first statement. */
  readonly before: string[];
  /** Text of a variable's place in its box. */
  readonly value: (name: string) => string;
}

/** Makes each declaration of a cell fill the box of its name. */
export function editDeclarations(declaring: Declaring): void {
  const { edits, facts, program, before, value } = declaring;
  const publish = (name: string): string => `${value(name)} = ${name};`;
  for (const outer of list(program, 'body')) {
    const statement = unexported(outer);
    if (outer.type.startsWith('Export')) editExport(edits, outer, statement);
    const id = child(statement, 'id');
    if (statement.type === 'FunctionDeclaration' && id) before.push(publish(nameOf(id)));
    if (statement.type === 'ClassDeclaration' && id)
      edits.appendLeft(statement.end, ` ${publish(nameOf(id))}`);
  }
  const { heads, initial } = loopDeclarations(program);
  const statements = new Set(facts.declared.map(({ statement }) => statement));
  for (const statement of statements) {
    if (statement.type !== 'VariableDeclaration') continue;
    const names = list(statement, 'declarations').flatMap((one) =>
      bound(child(one, 'id') ?? one).map(nameOf),
    );
    const local = names.every((name) => ['constant', 'mirror'].includes(declaring.own.get(name) ?? 'box'));
    if (local && !heads.has(statement)) keepLocal(declaring, statement, initial.has(statement));
    else replace(declaring, statement, heads.has(statement));
  }
}

/** The declaration stays, and each variable is published as soon as it is there: what follows may throw. */
function keepLocal({ edits, before, value, program }: Declaring, statement: Node, initial: boolean): void {
  const kind = text(statement, 'kind') ?? 'const';
  const direct = list(program, 'body').some((outer) => unexported(outer) === statement);
  const declarators = list(statement, 'declarations');
  let pending: string[] = [];
  declarators.forEach((declarator, i) => {
    const names = bound(child(declarator, 'id') ?? declarator).map(nameOf);
    const init = child(declarator, 'init');
    // A `var` is there from the beginning, as undefined, unless its first value follows for certain.
    if (kind === 'var' && (!init || !direct)) before.push(...names.map((name) => `${value(name)} = void 0;`));
    if (init || kind !== 'var') pending.push(...names.map((name) => `${value(name)} = ${name};`));
    const next = declarators[i + 1];
    if (initial) {
      // In the head of a loop there is room for expressions only.
      const [name] = names;
      if (init && child(declarator, 'id')?.type === 'Identifier' && name !== undefined) {
        edits.prependRight(init.start, `(${value(name)} = `);
        edits.appendLeft(init.end, ')');
      }
      pending = [];
    } else if (next) {
      edits.update(declarator.end, next.start, `; ${pending.join(' ')} ${kind} `);
      pending = [];
    } else edits.appendLeft(statement.end, ` ${pending.join(' ')}`);
  });
}

/** `let` and `var` become assignments to boxes, joined by the commas that stand there. */
function replace({ edits, facts, before, value }: Declaring, statement: Node, head: boolean): void {
  const declarators = list(statement, 'declarations');
  for (const id of declarators.flatMap((declarator) => bound(child(declarator, 'id') ?? declarator))) {
    const name = nameOf(id);
    const shorthand = facts.shorthands.has(id);
    edits.update(id.start, id.end, substitute(value(name), { name, shorthand, callee: false }));
  }
  edits.remove(statement.start, (declarators[0] ?? statement).start);
  if (head) return;
  const isVar = text(statement, 'kind') === 'var';
  for (const declarator of declarators) {
    const names = bound(child(declarator, 'id') ?? declarator).map(nameOf);
    if (!child(declarator, 'init') && isVar) before.push(...names.map((name) => `${value(name)} = void 0;`));
    replaceOne(edits, declarator, isVar);
  }
}

function replaceOne(edits: MagicString, declarator: Node, isVar: boolean): void {
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
  const name = JSON.stringify(nameOf(id));
  edits.prependRight(init.start, `({ ${name}: `);
  edits.appendLeft(init.end, ` })[${name}]`);
}

function editExport(edits: MagicString, outer: Node, statement: Node): void {
  if (child(outer, 'source')) return;
  if (outer === statement) return void edits.remove(outer.start, outer.end);
  const declares = child(statement, 'id') !== undefined || statement.type === 'VariableDeclaration';
  if (outer.type !== 'ExportDefaultDeclaration' || (declares && statement.type.endsWith('Declaration'))) {
    edits.remove(outer.start, statement.start);
    return;
  }
  edits.update(outer.start, statement.start, 'void (');
  edits.appendLeft(statement.end, ')');
}

/** Declarations in the heads of loops: of `for … in` and `for … of`, and the first part of a `for`. */
function loopDeclarations(program: Node): { heads: Set<Node>; initial: Set<Node> } {
  const heads = new Set<Node>();
  const initial = new Set<Node>();
  const visit = (node: Node): void => {
    const head = /^For(In|Of)Statement$/.test(node.type) ? child(node, 'left') : undefined;
    const init = node.type === 'ForStatement' ? child(node, 'init') : undefined;
    if (head) heads.add(head);
    if (init) initial.add(init);
    for (const kid of children(node)) visit(kid);
  };
  visit(program);
  return { heads, initial };
}
