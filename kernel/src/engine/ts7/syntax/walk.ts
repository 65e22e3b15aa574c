import type { Node } from './ast.js';
import type { Declaration } from './declare.js';
import type { Reference } from './names.js';

export interface Scope {
  readonly values: Set<string>;
  readonly types: Set<string>;
  readonly parent: Scope | undefined;
  /** Every scope within the module's. */
  readonly within: Scope[];
}

export interface Place {
  readonly scope: Scope;
  readonly depth: number;
  /** The nearest function is async; the module itself counts as one. */
  readonly async: boolean;
}

export function inner(parent: Scope): Scope {
  const scope: Scope = { values: new Set(), types: new Set(), parent, within: parent.within };
  parent.within.push(scope);
  return scope;
}

export function declare(scope: Scope, declared: readonly Declaration[]): void {
  for (const { name, kind, typeOnly } of declared) {
    if (!['interface', 'type'].includes(kind)) scope.values.add(name);
    if (typeOnly || ['class', 'enum', 'namespace', 'import'].includes(kind)) scope.types.add(name);
  }
}

/** A walk over a tree that looks up names; its parts are in the files beside this one. */
export interface Walk {
  visit(node: Node, place: Place): void;
  all(nodes: readonly (Node | undefined)[], place: Place): void;
  /** The children but those under the given keys. */
  kids(node: Node, place: Place, ...except: string[]): void;
  /** A use of a name. */
  refer(node: Node, place: Place, more?: Partial<Reference>): void;
  decorators(node: Node, place: Place): void;
  readonly asyncFunctions: Node[];
  readonly shorthands: Set<Node>;
  jsx: boolean;
}
