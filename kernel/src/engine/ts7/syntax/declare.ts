import type { DeclaredKind } from '../types.js';
import { bound, child, flag, isNode, list, nameOf, text, type Node } from './ast.js';

export interface Declaration {
  readonly name: string;
  readonly kind: DeclaredKind;
  readonly typeOnly: boolean;
  /** The identifier; undefined for a namespace with a dotted name. */
  readonly id: Node;
  /** The statement, without `export` before it. */
  readonly statement: Node;
}

/** The declaration within an `export`, or the statement itself. */
export function unexported(statement: Node): Node {
  if (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration')
    return child(statement, 'declaration') ?? statement;
  return statement;
}

/** What a list of statements declares in its own scope, without the `var` of inner blocks. */
export function declarations(statements: readonly Node[]): Declaration[] {
  return statements.flatMap((outer) => {
    const statement = unexported(outer);
    const one = (kind: DeclaredKind, typeOnly = false, id = child(statement, 'id')): Declaration[] =>
      id ? [{ name: nameOf(id), kind, typeOnly, id, statement }] : [];
    switch (statement.type) {
      case 'VariableDeclaration':
        return list(statement, 'declarations').flatMap((declarator) => {
          const pattern = child(declarator, 'id');
          const kind = text(statement, 'kind');
          const known: DeclaredKind = kind === 'let' || kind === 'var' ? kind : 'const';
          return (pattern ? bound(pattern) : []).flatMap((id) => one(known, flag(statement, 'declare'), id));
        });
      case 'FunctionDeclaration':
        return one('function', flag(statement, 'declare'));
      case 'TSDeclareFunction':
        return one('function', true);
      case 'ClassDeclaration':
        return one('class', flag(statement, 'declare'));
      case 'TSEnumDeclaration':
        return one('enum', flag(statement, 'declare'));
      case 'TSInterfaceDeclaration':
        return one('interface', true);
      case 'TSTypeAliasDeclaration':
        return one('type', true);
      case 'TSImportEqualsDeclaration':
        return one('import', text(statement, 'importKind') === 'type');
      case 'TSModuleDeclaration':
        return namespace(statement);
      case 'ImportDeclaration':
        return list(statement, 'specifiers').flatMap((specifier) =>
          one(
            'import',
            text(statement, 'importKind') === 'type' || text(specifier, 'importKind') === 'type',
            child(specifier, 'local'),
          ),
        );
      default:
        return [];
    }
  });
}

function namespace(statement: Node): Declaration[] {
  let id = child(statement, 'id');
  while (id?.type === 'TSQualifiedName') id = child(id, 'left');
  if (id?.type !== 'Identifier' || text(statement, 'kind') === 'global') return [];
  const typeOnly = flag(statement, 'declare') || !hasValues(statement);
  return [{ name: nameOf(id), kind: 'namespace', typeOnly, id, statement }];
}

/** Whether anything of a namespace is there at run time. */
function hasValues(statement: Node): boolean {
  const body = child(statement, 'body');
  if (!body) return false;
  if (body.type === 'TSModuleDeclaration') return hasValues(body);
  return list(body, 'body').some((outer) => {
    const inner = unexported(outer);
    if (inner.type === 'TSModuleDeclaration') return hasValues(inner);
    const declared = declarations([outer]);
    return declared.length === 0 || declared.some(({ typeOnly }) => !typeOnly);
  });
}

/** The declarations by `var` in statements, also in inner blocks, not in inner functions. */
export function vars(statements: readonly Node[]): Declaration[] {
  const found: Declaration[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'VariableDeclaration') {
      if (text(node, 'kind') === 'var') found.push(...declarations([node]));
      return;
    }
    // Expressions hold no statements outside of functions and classes.
    if (
      !/Statement$|^SwitchCase$|^CatchClause$|^Export/.test(node.type) ||
      node.type === 'ExpressionStatement'
    )
      return;
    for (const value of Object.values(node as unknown as Record<string, unknown>)) {
      if (isNode(value)) visit(value);
      else if (Array.isArray(value)) for (const item of value) if (isNode(item)) visit(item);
    }
  };
  statements.forEach(visit);
  return found;
}
