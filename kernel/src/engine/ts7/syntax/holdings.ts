import type { Analysed } from './analyse.js';
import { bare, child, children, list, nameOf, text, type Node } from './ast.js';
import { unexported } from './declare.js';
import type { Facts, Reference } from './names.js';

/**
 * How a cell's function holds a variable. Every variable has a box that all cells share. Where nothing else can write it
 * while the cell's own code runs, that code keeps it in a local as well, which is as fast as in a plain module:
 *
 * - `import`: a member of a module.
 * - `constant`: nothing assigns to it after its declaration; the cell uses the declaration itself, also in functions.
 * - `mirror`: written by the cell's own code only, outside of functions: a local is read, and each write goes to both; see
 *   loops.ts for those that can wait.
 * - `box`: read and written in its box.
 */
export type Holding = 'import' | 'constant' | 'mirror' | 'box';

export interface Earlier {
  /** What earlier cells have made of the name; undefined: nothing. */
  readonly known: (name: string) => 'variable' | 'import' | undefined;
  /** Whether a function of an earlier cell assigns to the name. */
  readonly writtenInFunction: (name: string) => boolean;
  /** Whether a function of an earlier cell uses the name at all. */
  readonly usedInFunction: (name: string) => boolean;
}

export interface Holdings {
  /** Of names that the cell declares. */
  readonly own: ReadonlyMap<string, Holding>;
  /** Of names of earlier cells. */
  readonly earlier: ReadonlyMap<string, Holding>;
  /** Names that functions of this cell assign to. */
  readonly writtenInFunctions: readonly string[];
  /** Names that functions of this cell use at all. */
  readonly usedInFunctions: readonly string[];
}

export function holdings(
  program: Node,
  facts: Facts,
  imported: ReadonlyMap<string, string>,
  earlier: Earlier,
): Holdings {
  const writes = facts.references.filter(({ write, type }) => write && !type);
  const inFunctions = new Set(writes.filter(({ depth }) => depth > 0).map(({ name }) => name));
  // Patterns, and the heads of loops, cannot write to two places.
  const byPattern = new Set(writes.filter(({ assignment }) => !assignment).map(({ name }) => name));
  const written = new Set(writes.map(({ name }) => name));
  const mirrored = (name: string): boolean =>
    !inFunctions.has(name) && !byPattern.has(name) && !earlier.writtenInFunction(name);

  const own = new Map<string, Holding>();
  const heads = loopHeads(program);
  const direct = new Set(list(program, 'body').map(unexported));
  for (const { name, kind, statement } of facts.declared) {
    const again = own.has(name);
    if (imported.has(name)) own.set(name, 'import');
    else if (['const', 'class', 'function'].includes(kind)) {
      own.set(name, !again && direct.has(statement) && !written.has(name) ? 'constant' : 'box');
    } else own.set(name, !again && !heads.has(statement) && mirrored(name) ? 'mirror' : 'box');
  }
  // The names of one statement are held alike.
  for (const { name, statement } of facts.declared) {
    if (statement.type !== 'VariableDeclaration' || own.get(name) !== 'box') continue;
    for (const other of facts.declared) if (other.statement === statement) own.set(other.name, 'box');
  }

  const others = new Map<string, Holding>();
  const free = (reference: Reference): boolean => !reference.top && !reference.type;
  for (const { name, depth } of facts.references.filter(free)) {
    const before = earlier.known(name);
    if (before === undefined) continue;
    const local = before === 'variable' && mirrored(name) && (depth === 0 || others.get(name) === 'mirror');
    others.set(name, local ? 'mirror' : (others.get(name) ?? 'box'));
  }
  const used = facts.references.filter(({ depth, type }) => depth > 0 && !type);
  return {
    own,
    earlier: others,
    writtenInFunctions: [...inFunctions],
    usedInFunctions: [...new Set(used.map(({ name }) => name))],
  };
}

/** Declarations in the heads of `for … in` and `for … of`. */
function loopHeads(program: Node): Set<Node> {
  const found = new Set<Node>();
  const visit = (node: Node): void => {
    const head = /^For(In|Of)Statement$/.test(node.type) ? child(node, 'left') : undefined;
    if (head) found.add(head);
    for (const kid of children(node)) visit(kid);
  };
  visit(program);
  return found;
}

/** Variables that begin as numbers, by their type or by their first value: a hint for how they are stored. */
export function numbers(analysed: Analysed, facts: Facts): Set<string> {
  const found = new Set<string>();
  for (const { id, name } of analysed.facts.declared) {
    const annotation = child(id, 'typeAnnotation');
    if (annotation && child(annotation, 'typeAnnotation')?.type === 'TSNumberKeyword') found.add(name);
  }
  for (const { statement } of facts.declared) {
    for (const declarator of list(statement, 'declarations')) {
      const id = child(declarator, 'id');
      if (id?.type === 'Identifier' && isNumeric(child(declarator, 'init'))) found.add(nameOf(id));
    }
  }
  return found;
}

function isNumeric(given: Node | undefined): boolean {
  const node = bare(given);
  if (node?.type === 'Literal') return typeof (node as unknown as { value: unknown }).value === 'number';
  if (node?.type === 'UnaryExpression')
    return ['-', '+'].includes(text(node, 'operator') ?? '') && isNumeric(child(node, 'argument'));
  if (node?.type === 'BinaryExpression')
    return (
      /^(\*\*?|[-+/%])$/.test(text(node, 'operator') ?? '') &&
      isNumeric(child(node, 'left')) &&
      isNumeric(child(node, 'right'))
    );
  return false;
}
