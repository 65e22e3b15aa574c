import type { Recording } from './recorder.js';

/**
 * Compares two recordings of the same step.
 * @returns what differs, in words; undefined: nothing, so that the step depends on its inputs, variables and rates alone
 */
export function difference(a: Recording, b: Recording): string | undefined {
  if (a.nodes.length !== b.nodes.length || a.outputs.join() !== b.outputs.join())
    return 'it does not do the same each time';
  for (const [i, node] of a.nodes.entries()) {
    if (isOutside(a, i) && isOutside(b, i) && idOf(node) !== idOf(b.nodes[i]))
      return 'it uses a tensor of an earlier step (a state that is kept in a tensor, not in a variable)';
    if (JSON.stringify(strip(node)) !== JSON.stringify(strip(b.nodes[i])))
      return `its operation ${node.op} changes from step to step`;
  }
  for (const [node, values] of a.constants) {
    const others = b.constants.get(node);
    if (others === undefined || !equal(values, others))
      return 'it computes numbers in JavaScript that change from step to step (from the learning rate, a counter or the time)';
  }
  return undefined;
}

const idOf = (node: unknown): unknown => (node as { id?: number } | undefined)?.id;

/** A tensor that the step has not made is the same each time. */
const isOutside = ({ nodes, constants }: Recording, i: number): boolean =>
  nodes[i]?.op === 'Const' && !constants.has(i);

/** Without the number of a constant's tensor, which is new each time. */
const strip = (node: unknown): unknown => ({ ...(node as object), id: undefined });

function equal(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
