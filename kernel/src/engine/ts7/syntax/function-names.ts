import { child, flag, isFunction, list, nameOf, type Node } from './ast.js';
import { declarations, vars } from './declare.js';
import { bind } from './pattern-names.js';
import { declare, inner, type Place, type Scope, type Walk } from './walk.js';

export function typeParameters(node: Node, scope: Scope): void {
  const parameters = child(node, 'typeParameters');
  if (parameters) for (const one of list(parameters, 'params')) scope.types.add(nameOf(child(one, 'name')));
}

export function visitFunction(walk: Walk, node: Node, place: Place): void {
  const scope = inner(place.scope);
  typeParameters(node, scope);
  const id = child(node, 'id');
  if (id && node.type === 'FunctionExpression') scope.values.add(nameOf(id));
  if (node.type !== 'ArrowFunctionExpression') scope.values.add('arguments');
  const async = flag(node, 'async');
  const within = { scope, depth: place.depth + 1, async };
  for (const parameter of list(node, 'params')) bind(walk, parameter, within);
  walk.all([child(node, 'typeParameters'), child(node, 'returnType')], within);
  const body = child(node, 'body');
  if (!body) return;
  if (async && isFunction(node)) walk.asyncFunctions.push(node);
  if (body.type !== 'BlockStatement') return walk.visit(body, within);
  const statements = list(body, 'body');
  declare(scope, [...declarations(statements), ...vars(statements)]);
  return walk.all(statements, within);
}

export function visitClass(walk: Walk, node: Node, place: Place): void {
  walk.decorators(node, place);
  const scope = inner(place.scope);
  const id = child(node, 'id');
  if (id && node.type === 'ClassExpression') {
    scope.values.add(nameOf(id));
    scope.types.add(nameOf(id));
  }
  typeParameters(node, scope);
  const within = { ...place, scope };
  const rest = ['typeParameters', 'superClass', 'superTypeArguments', 'body'].map((key) => child(node, key));
  walk.all([...rest, ...list(node, 'implements')], within);
}
