import { child, children, type Node } from './ast.js';
import type { Earlier, Holdings } from './holdings.js';
import type { Facts, Reference } from './names.js';

/**
 * A loop of the cell's own code without an await. What only this code uses need not reach its box at each turn: nobody could
 * see it there before the loop has ended. It is put there then, or when the loop throws; where the loop is terminated, by
 * who terminates it (io/terminate.ts).
 */
export interface Loop {
  readonly node: Node;
  /** Variables that it writes to, whose boxes can wait. */
  readonly names: ReadonlySet<string>;
}

export function loops(program: Node, facts: Facts, held: Holdings, earlier: Earlier): Loop[] {
  const { own, earlier: others } = held;
  const used = new Set(held.usedInFunctions);
  const waits = ({ name, top, type, write, depth, assignment }: Reference): boolean =>
    write &&
    !type &&
    depth === 0 &&
    assignment !== undefined &&
    (top ? own : others).get(name) === 'mirror' &&
    !used.has(name) &&
    !earlier.usedInFunction(name) &&
    // Who terminates the loop looks the name up from where it stands.
    !facts.inner.has(name);
  return outermost(program, facts)
    .map((node) => ({
      node,
      names: new Set(
        facts.references.filter((one) => waits(one) && within(one.node, node)).map(({ name }) => name),
      ),
    }))
    .filter(({ names }) => names.size > 0);
}

/** Whether what a reference writes reaches its box at the end of one of the loops only. */
export const isLate = (found: readonly Loop[], { name, node }: Reference): boolean =>
  found.some((loop) => loop.names.has(name) && within(node, loop.node));

const within = (inner: Node, outer: Node): boolean => outer.start <= inner.start && inner.end <= outer.end;

const LOOP = /^(For|ForIn|ForOf|While|DoWhile)Statement$/;
const APART = /Function|Class|Method|TSModule/;

function outermost(program: Node, facts: Facts): Node[] {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    if (APART.test(node.type)) return;
    if (isLoop(node) && !facts.awaits.some((one) => within(one, node))) found.push(node);
    // A label belongs to its loop.
    else for (const kid of children(node.type === 'LabeledStatement' ? body(node) : node)) visit(kid);
  };
  visit(program);
  return found;
}

const body = (node: Node): Node => child(node, 'body') ?? node;

function isLoop(node: Node): boolean {
  return LOOP.test(node.type) || (node.type === 'LabeledStatement' && isLoop(body(node)));
}
