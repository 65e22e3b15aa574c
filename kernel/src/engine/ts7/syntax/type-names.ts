import { child, children, flag, list, nameOf, type Node } from './ast.js';
import { typeParameters } from './function-names.js';
import { bind, pattern } from './pattern-names.js';
import { inner, type Place, type Walk } from './walk.js';

/** Nodes that only TypeScript has. */
export function visitType(walk: Walk, node: Node, place: Place): void {
  switch (node.type) {
    case 'TSTypeReference':
      entity(walk, child(node, 'typeName'), place, true);
      return walk.kids(node, place, 'typeName');
    case 'TSClassImplements':
    case 'TSInterfaceHeritage':
      entity(walk, child(node, 'expression'), place, true);
      return walk.kids(node, place, 'expression');
    case 'TSTypeQuery':
      entity(walk, child(node, 'exprName'), place, false);
      return walk.kids(node, place, 'exprName');
    case 'TSQualifiedName':
      return entity(walk, node, place, false);
    case 'TSImportType':
      return walk.all([child(node, 'typeArguments')], place);
    case 'TSImportEqualsDeclaration': {
      const target = child(node, 'moduleReference');
      if (target && target.type !== 'TSExternalModuleReference') entity(walk, target, place, false);
      return;
    }
    case 'TSTypeParameter':
      return walk.kids(node, place, 'name');
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration': {
      const scope = inner(place.scope);
      typeParameters(node, scope);
      return walk.kids(node, { ...place, scope }, 'id');
    }
    case 'TSFunctionType':
    case 'TSConstructorType':
    case 'TSMethodSignature':
    case 'TSCallSignatureDeclaration':
    case 'TSConstructSignatureDeclaration': {
      const scope = inner(place.scope);
      typeParameters(node, scope);
      const within = { ...place, scope };
      if (flag(node, 'computed')) walk.all([child(node, 'key')], place);
      for (const parameter of list(node, 'params')) bind(walk, parameter, within);
      return walk.all([child(node, 'typeParameters'), child(node, 'returnType')], within);
    }
    case 'TSPropertySignature':
      if (flag(node, 'computed')) walk.all([child(node, 'key')], place);
      return walk.all([child(node, 'typeAnnotation')], place);
    case 'TSIndexSignature':
      for (const parameter of list(node, 'parameters')) pattern(walk, parameter, place);
      return walk.all([child(node, 'typeAnnotation')], place);
    case 'TSNamedTupleMember':
      return walk.kids(node, place, 'label');
    case 'TSMappedType': {
      const scope = inner(place.scope);
      scope.types.add(nameOf(child(node, 'key')));
      return walk.kids(node, { ...place, scope }, 'key');
    }
    case 'TSConditionalType': {
      const scope = inner(place.scope);
      for (const name of inferred(child(node, 'extendsType'))) scope.types.add(name);
      walk.all([child(node, 'checkType'), child(node, 'falseType')], place);
      return walk.all([child(node, 'extendsType'), child(node, 'trueType')], { ...place, scope });
    }
    case 'TSEnumDeclaration': {
      const scope = inner(place.scope);
      const members = list(child(node, 'body') ?? node, 'members');
      for (const member of members) scope.values.add(nameOf(child(member, 'id')));
      return walk.all(
        members.map((member) => child(member, 'initializer')),
        { ...place, scope, depth: place.depth + 1 },
      );
    }
    case 'TSModuleDeclaration':
      return walk.all([child(node, 'body')], place);
    default:
      return walk.kids(node, place);
  }
}

/** The first name of `a.b.c`; that of a lone name in a type is a type's, that before a dot a namespace's. */
function entity(walk: Walk, node: Node | undefined, place: Place, type: boolean): void {
  if (!node) return;
  if (node.type === 'Identifier') return walk.refer(node, place, { type });
  if (node.type === 'TSQualifiedName') return entity(walk, child(node, 'left'), place, false);
  if (node.type === 'MemberExpression') return entity(walk, child(node, 'object'), place, false);
  if (node.type === 'ThisExpression') return;
  walk.visit(node, place);
}

function inferred(node: Node | undefined): string[] {
  if (!node) return [];
  if (node.type === 'TSInferType') {
    const parameter = child(node, 'typeParameter');
    return parameter ? [nameOf(child(parameter, 'name'))] : [];
  }
  return children(node).flatMap(inferred);
}
