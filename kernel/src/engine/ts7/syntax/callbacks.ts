import { bare, child, flag, list, nameOf, type Node } from './ast.js';

/** Methods that call what they are given at once, and often. */
const AT_ONCE = new Set([
  'every',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'flatMap',
  'forEach',
  'map',
  'reduce',
  'reduceRight',
  'replace',
  'replaceAll',
  'some',
  'sort',
  'toSorted',
]);

/**
 * Functions among the arguments of a call, which may be called when the one that hands them on has long returned. Async
 * ones note their cell themselves.
 */
export function callbacksOf(call: Node): Node[] {
  const callee = bare(child(call, 'callee'));
  const method = callee?.type === 'MemberExpression' && !flag(callee, 'computed');
  if (method && AT_ONCE.has(nameOf(child(callee, 'property')))) return [];
  return list(call, 'arguments').filter(
    (node) =>
      (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') &&
      !flag(node, 'async') &&
      !flag(node, 'generator'),
  );
}
