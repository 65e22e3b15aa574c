/** A node of the syntax tree: ESTree with TypeScript's nodes. Offsets are in UTF-16 units. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

type Fields = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

export function child(node: Node, key: string): Node | undefined {
  const value = (node as unknown as Fields)[key];
  return isNode(value) ? value : undefined;
}

/** The nodes in a list; holes of array patterns are left out. */
export function list(node: Node, key: string): readonly Node[] {
  const value = (node as unknown as Fields)[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function text(node: Node | undefined, key: string): string | undefined {
  const value = node && (node as unknown as Fields)[key];
  return typeof value === 'string' ? value : undefined;
}

export function flag(node: Node, key: string): boolean {
  return (node as unknown as Fields)[key] === true;
}

/** All direct children, in no order that matters. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const value of Object.values(node as unknown as Fields)) {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) found.push(item);
  }
  return found;
}

/** Name of an identifier, or text of a string literal, as in import and export specifiers. */
export function nameOf(node: Node | undefined): string {
  return text(node, 'name') ?? text(node, 'value') ?? '';
}

/** The identifiers that a pattern binds. */
export function bound(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return list(pattern, 'properties').flatMap(bound);
    case 'Property':
      return boundIn(pattern, 'value');
    case 'ArrayPattern':
      return list(pattern, 'elements').flatMap(bound);
    case 'AssignmentPattern':
      return boundIn(pattern, 'left');
    case 'RestElement':
      return boundIn(pattern, 'argument');
    case 'TSParameterProperty':
      return boundIn(pattern, 'parameter');
    default:
      return [];
  }
}

function boundIn(node: Node, key: string): Node[] {
  const inner = child(node, key);
  return inner ? bound(inner) : [];
}

/** Without the parentheses around it. */
export function bare(node: Node | undefined): Node | undefined {
  return node?.type === 'ParenthesizedExpression' ? bare(child(node, 'expression')) : node;
}

export function isFunction(node: Node): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}
