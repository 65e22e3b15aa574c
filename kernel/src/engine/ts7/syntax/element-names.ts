import { child, nameOf, type Node } from './ast.js';
import type { Place, Walk } from './walk.js';

/** Nodes of JSX. */
export function visitElement(walk: Walk, node: Node, place: Place): void {
  if (node.type === 'JSXElement' || node.type === 'JSXFragment') walk.jsx = true;
  switch (node.type) {
    case 'JSXIdentifier':
      return;
    case 'JSXOpeningElement':
      tag(walk, child(node, 'name'), place);
      return walk.kids(node, place, 'name');
    case 'JSXClosingElement':
      return;
    default:
      return walk.kids(node, place);
  }
}

function tag(walk: Walk, name: Node | undefined, place: Place, member = false): void {
  if (name?.type === 'JSXMemberExpression') return tag(walk, child(name, 'object'), place, true);
  // As TypeScript has it: a tag in lower case is an element of the page.
  if (name && name.type !== 'JSXNamespacedName' && (member || !/^[a-z]|-/.test(nameOf(name))))
    walk.refer(name, place);
}
