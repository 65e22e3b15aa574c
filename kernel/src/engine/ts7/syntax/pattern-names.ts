import { bound, child, flag, list, nameOf, type Node } from './ast.js';
import type { Place, Walk } from './walk.js';

/** What is assigned to: names in it are written. */
export function target(walk: Walk, node: Node, place: Place, shorthand = false): void {
  switch (node.type) {
    case 'Identifier':
      return walk.refer(node, place, { write: true, shorthand });
    case 'ObjectPattern':
      for (const property of list(node, 'properties')) target(walk, property, place);
      return;
    case 'Property': {
      if (flag(node, 'computed')) walk.all([child(node, 'key')], place);
      const value = child(node, 'value');
      if (value) target(walk, value, place, flag(node, 'shorthand'));
      return;
    }
    case 'ArrayPattern':
      for (const element of list(node, 'elements')) target(walk, element, place);
      return;
    case 'AssignmentPattern': {
      const left = child(node, 'left');
      if (left) target(walk, left, place, shorthand);
      return walk.all([child(node, 'right')], place);
    }
    case 'RestElement': {
      const argument = child(node, 'argument');
      if (argument) target(walk, argument, place);
      return;
    }
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion': {
      const expression = child(node, 'expression');
      if (expression) target(walk, expression, place);
      return walk.all([child(node, 'typeAnnotation')], place);
    }
    default:
      return walk.visit(node, place);
  }
}

/** The expressions and types in a pattern that binds names; the names themselves are no references. */
export function pattern(walk: Walk, node: Node | undefined, place: Place): void {
  if (!node) return;
  walk.decorators(node, place);
  walk.all([child(node, 'typeAnnotation')], place);
  switch (node.type) {
    case 'ObjectPattern':
      for (const property of list(node, 'properties')) pattern(walk, property, place);
      return;
    case 'Property':
      if (flag(node, 'computed')) walk.all([child(node, 'key')], place);
      if (flag(node, 'shorthand')) for (const id of bound(node)) walk.shorthands.add(id);
      return pattern(walk, child(node, 'value'), place);
    case 'ArrayPattern':
      for (const element of list(node, 'elements')) pattern(walk, element, place);
      return;
    case 'AssignmentPattern':
      pattern(walk, child(node, 'left'), place);
      return walk.all([child(node, 'right')], place);
    case 'RestElement':
      return pattern(walk, child(node, 'argument'), place);
    case 'TSParameterProperty':
      return pattern(walk, child(node, 'parameter'), place);
  }
}

/** A pattern whose names belong to the place's scope. */
export function bind(walk: Walk, given: Node, place: Place): void {
  for (const id of bound(given)) place.scope.values.add(nameOf(id));
  pattern(walk, given, place);
}
