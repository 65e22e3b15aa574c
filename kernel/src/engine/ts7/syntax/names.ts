import { bare, bound, child, children, flag, isFunction, list, nameOf, text, type Node } from './ast.js';
import { declarations, vars, type Declaration } from './declare.js';

/** A use of a name that belongs to the module, or that nothing in the module binds. */
export interface Reference {
  readonly node: Node;
  readonly name: string;
  /** Bound at the module's top level. */
  readonly top: boolean;
  /** Stands in a type. */
  readonly type: boolean;
  /** Assigned to; `x++` and `x += 1` too. */
  readonly write: boolean;
  /** The `x = …` or `x++` that assigns to it; undefined: a pattern or the head of a loop does. */
  readonly assignment: Node | undefined;
  /** The `{x}` that it stands in, which must become `{x: …}` when the name is replaced. */
  readonly shorthand: boolean;
  /** Called, so that a member in its place would get a `this`. */
  readonly callee: boolean;
  /** Functions and classes around it. */
  readonly depth: number;
}

export interface Facts {
  readonly references: readonly Reference[];
  /** By `let`, `const`, `class`, `function`, `import` … at the top, and by `var` outside of functions. */
  readonly declared: readonly Declaration[];
  /** Await expressions, and `for await` loops. */
  readonly awaits: readonly Node[];
  /** An `await` stands outside of all functions. */
  readonly topLevelAwait: boolean;
  readonly asyncFunctions: readonly Node[];
  /** Catch clauses in async code. */
  readonly asyncCatches: readonly Node[];
  readonly dynamicImports: readonly Node[];
  readonly metas: readonly Node[];
  /** Classes or members with decorators are in it. */
  readonly decorated: boolean;
  readonly using: boolean;
  /** Identifiers of binding patterns that stand for property and variable: `{x}`. */
  readonly shorthands: ReadonlySet<Node>;
  readonly jsx: boolean;
  /** Expressions whose value nobody takes. */
  readonly discarded: ReadonlySet<Node>;
}

interface Scope {
  readonly values: Set<string>;
  readonly types: Set<string>;
  readonly parent: Scope | undefined;
}

interface Place {
  readonly scope: Scope;
  readonly depth: number;
  /** The nearest function is async; the module itself counts as one. */
  readonly async: boolean;
}

const inner = (parent: Scope): Scope => ({ values: new Set(), types: new Set(), parent });

/** Looks up every name of a module. */
export function facts(program: Node): Facts {
  return new Names().run(program);
}

class Names {
  readonly #references: Reference[] = [];
  readonly #awaits: Node[] = [];
  readonly #asyncFunctions: Node[] = [];
  readonly #asyncCatches: Node[] = [];
  readonly #dynamicImports: Node[] = [];
  readonly #metas: Node[] = [];
  readonly #shorthands = new Set<Node>();
  readonly #discarded = new Set<Node>();
  #topLevelAwait = false;
  #decorated = false;
  #using = false;
  #jsx = false;
  readonly #top: Scope = { values: new Set(), types: new Set(), parent: undefined };

  run(program: Node): Facts {
    const body = list(program, 'body');
    const direct = declarations(body);
    const seen = new Set(direct.map(({ id }) => id));
    const declared = [...direct, ...vars(body).filter(({ id }) => !seen.has(id))];
    this.#declare(this.#top, declared);
    this.#all(body, { scope: this.#top, depth: 0, async: true });
    return {
      references: this.#references,
      declared,
      awaits: this.#awaits,
      topLevelAwait: this.#topLevelAwait,
      asyncFunctions: this.#asyncFunctions,
      asyncCatches: this.#asyncCatches,
      dynamicImports: this.#dynamicImports,
      metas: this.#metas,
      decorated: this.#decorated,
      using: this.#using,
      shorthands: this.#shorthands,
      jsx: this.#jsx,
      discarded: this.#discarded,
    };
  }

  #declare(scope: Scope, declared: readonly Declaration[]): void {
    for (const { name, kind, typeOnly } of declared) {
      if (!['interface', 'type'].includes(kind)) scope.values.add(name);
      if (typeOnly || ['class', 'enum', 'namespace', 'import'].includes(kind)) scope.types.add(name);
    }
  }

  #all(nodes: readonly (Node | undefined)[], place: Place): void {
    for (const node of nodes) if (node) this.#visit(node, place);
  }

  #kids(node: Node, place: Place, ...except: string[]): void {
    const skipped = new Set(except.map((key) => child(node, key)));
    for (const kid of children(node)) if (!skipped.has(kid)) this.#visit(kid, place);
  }

  #refer(node: Node, place: Place, more: Partial<Reference> = {}): void {
    const name = nameOf(node);
    const { type = false, write = false, shorthand = false, callee = false, assignment } = more;
    let at: Scope | undefined = place.scope;
    // `typeof x` aside, a type's name is looked up among types; an import may be either.
    while (at && !(type ? at.types : at.values).has(name)) at = at.parent;
    if (at && at !== this.#top) return;
    const { depth } = place;
    const top = at !== undefined;
    this.#references.push({ node, name, top, type, write, shorthand, callee, depth, assignment });
  }

  #visit(node: Node, place: Place): void {
    switch (node.type) {
      case 'Identifier':
        this.#refer(node, place);
        return this.#all([child(node, 'typeAnnotation')], place);
      case 'BlockStatement':
      case 'StaticBlock':
      case 'TSModuleBlock': {
        const scope = inner(place.scope);
        const body = list(node, 'body');
        this.#declare(scope, declarations(body));
        const alone = node.type !== 'BlockStatement';
        if (alone) this.#declare(scope, vars(body));
        const depth = place.depth + (alone ? 1 : 0);
        return this.#all(body, { ...place, scope, depth, async: place.async && !alone });
      }
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement': {
        if (flag(node, 'await')) this.#await(node, place);
        const scope = inner(place.scope);
        const head = child(node, node.type === 'ForStatement' ? 'init' : 'left');
        const update = child(node, 'update');
        if (update) this.#discarded.add(update);
        if (head?.type === 'VariableDeclaration' && text(head, 'kind') !== 'var')
          this.#declare(scope, declarations([head]));
        else if (head && node.type !== 'ForStatement') {
          this.#target(head, place);
          return this.#kids(node, { ...place, scope }, 'left');
        }
        return this.#kids(node, { ...place, scope });
      }
      case 'SwitchStatement': {
        const scope = inner(place.scope);
        this.#declare(
          scope,
          list(node, 'cases').flatMap((one) => declarations(list(one, 'consequent'))),
        );
        this.#all([child(node, 'discriminant')], place);
        return this.#all(list(node, 'cases'), { ...place, scope });
      }
      case 'CatchClause': {
        if (place.async) this.#asyncCatches.push(node);
        const scope = inner(place.scope);
        const parameter = child(node, 'param');
        if (parameter) this.#bind(parameter, { ...place, scope });
        return this.#all([child(node, 'body')], { ...place, scope });
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'TSDeclareFunction':
      case 'TSEmptyBodyFunctionExpression':
        return this.#function(node, place);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#class(node, place);
      case 'MethodDefinition':
      case 'TSAbstractMethodDefinition':
      case 'PropertyDefinition':
      case 'TSAbstractPropertyDefinition':
      case 'AccessorProperty':
      case 'TSAbstractAccessorProperty': {
        this.#decorators(node, place);
        if (flag(node, 'computed')) this.#all([child(node, 'key')], place);
        this.#all([child(node, 'typeAnnotation')], place);
        const value = child(node, 'value');
        if (!value) return;
        const method = node.type.endsWith('MethodDefinition');
        return this.#visit(value, method ? place : { ...place, depth: place.depth + 1, async: false });
      }
      case 'VariableDeclaration':
        if ((text(node, 'kind') ?? '').endsWith('using')) {
          this.#using = true;
          if (text(node, 'kind') === 'await using') this.#await(node, place);
        }
        return this.#all(list(node, 'declarations'), place);
      case 'VariableDeclarator':
        this.#pattern(child(node, 'id'), place);
        return this.#all([child(node, 'init')], place);
      case 'AssignmentExpression': {
        const left = child(node, 'left');
        if (left?.type === 'Identifier') this.#refer(left, place, { write: true, assignment: node });
        else if (left) this.#target(left, place);
        return this.#all([child(node, 'right')], place);
      }
      case 'UpdateExpression': {
        const argument = child(node, 'argument');
        if (argument?.type === 'Identifier') this.#refer(argument, place, { write: true, assignment: node });
        else if (argument) this.#target(argument, place);
        return;
      }
      case 'ExpressionStatement': {
        const expression = child(node, 'expression');
        if (expression) this.#discarded.add(expression);
        return this.#kids(node, place);
      }
      case 'AwaitExpression':
        this.#await(node, place);
        return this.#kids(node, place);
      case 'CallExpression':
      case 'TaggedTemplateExpression': {
        const key = node.type === 'CallExpression' ? 'callee' : 'tag';
        const callee = bare(child(node, key));
        if (callee?.type !== 'Identifier') return this.#kids(node, place);
        this.#refer(callee, place, { callee: true });
        return this.#kids(node, place, key);
      }
      case 'ImportExpression':
        this.#dynamicImports.push(node);
        return this.#kids(node, place);
      case 'MetaProperty':
        if (nameOf(child(node, 'meta')) === 'import') this.#metas.push(node);
        return;
      case 'MemberExpression':
        this.#all([child(node, 'object')], place);
        if (flag(node, 'computed')) this.#all([child(node, 'property')], place);
        return;
      case 'Property': {
        if (flag(node, 'computed')) this.#all([child(node, 'key')], place);
        const value = child(node, 'value');
        if (value?.type === 'Identifier' && flag(node, 'shorthand'))
          return this.#refer(value, place, { shorthand: true });
        return this.#all([value], place);
      }
      case 'LabeledStatement':
        return this.#all([child(node, 'body')], place);
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'TSNamespaceExportDeclaration':
        return;
      case 'ExportNamedDeclaration':
        this.#all([child(node, 'declaration')], place);
        if (!child(node, 'source'))
          for (const one of list(node, 'specifiers')) {
            const local = child(one, 'local');
            if (local) this.#refer(local, place, { type: text(node, 'exportKind') === 'type' });
          }
        return;
      default:
        if (node.type.startsWith('JSX')) return this.#element(node, place);
        if (node.type.startsWith('TS')) return this.#typed(node, place);
        return this.#kids(node, place);
    }
  }

  #await(node: Node, place: Place): void {
    this.#awaits.push(node);
    if (place.depth === 0) this.#topLevelAwait = true;
  }

  #decorators(node: Node, place: Place): void {
    const found = list(node, 'decorators');
    if (found.length > 0) this.#decorated = true;
    this.#all(found, place);
  }

  /** What is assigned to: names in it are written. */
  #target(node: Node, place: Place, shorthand = false): void {
    switch (node.type) {
      case 'Identifier':
        return this.#refer(node, place, { write: true, shorthand });
      case 'ObjectPattern':
        for (const property of list(node, 'properties')) this.#target(property, place);
        return;
      case 'Property': {
        if (flag(node, 'computed')) this.#all([child(node, 'key')], place);
        const value = child(node, 'value');
        if (value) this.#target(value, place, flag(node, 'shorthand'));
        return;
      }
      case 'ArrayPattern':
        for (const element of list(node, 'elements')) this.#target(element, place);
        return;
      case 'AssignmentPattern': {
        const left = child(node, 'left');
        if (left) this.#target(left, place, shorthand);
        return this.#all([child(node, 'right')], place);
      }
      case 'RestElement': {
        const argument = child(node, 'argument');
        if (argument) this.#target(argument, place);
        return;
      }
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'TSSatisfiesExpression':
      case 'TSTypeAssertion': {
        const expression = child(node, 'expression');
        if (expression) this.#target(expression, place);
        return this.#all([child(node, 'typeAnnotation')], place);
      }
      default:
        return this.#visit(node, place);
    }
  }

  /** The expressions and types in a pattern that binds names; the names themselves are no references. */
  #pattern(node: Node | undefined, place: Place): void {
    if (!node) return;
    this.#decorators(node, place);
    this.#all([child(node, 'typeAnnotation')], place);
    switch (node.type) {
      case 'ObjectPattern':
        for (const property of list(node, 'properties')) this.#pattern(property, place);
        return;
      case 'Property':
        if (flag(node, 'computed')) this.#all([child(node, 'key')], place);
        if (flag(node, 'shorthand')) for (const id of bound(node)) this.#shorthands.add(id);
        return this.#pattern(child(node, 'value'), place);
      case 'ArrayPattern':
        for (const element of list(node, 'elements')) this.#pattern(element, place);
        return;
      case 'AssignmentPattern':
        this.#pattern(child(node, 'left'), place);
        return this.#all([child(node, 'right')], place);
      case 'RestElement':
        return this.#pattern(child(node, 'argument'), place);
      case 'TSParameterProperty':
        return this.#pattern(child(node, 'parameter'), place);
    }
  }

  #bind(pattern: Node, place: Place): void {
    for (const id of bound(pattern)) place.scope.values.add(nameOf(id));
    this.#pattern(pattern, place);
  }

  #typeParameters(node: Node, scope: Scope): void {
    const parameters = child(node, 'typeParameters');
    if (parameters) for (const one of list(parameters, 'params')) scope.types.add(nameOf(child(one, 'name')));
  }

  #function(node: Node, place: Place): void {
    const scope = inner(place.scope);
    this.#typeParameters(node, scope);
    const id = child(node, 'id');
    if (id && node.type === 'FunctionExpression') scope.values.add(nameOf(id));
    if (node.type !== 'ArrowFunctionExpression') scope.values.add('arguments');
    const async = flag(node, 'async');
    const within = { scope, depth: place.depth + 1, async };
    for (const parameter of list(node, 'params')) this.#bind(parameter, within);
    this.#all([child(node, 'typeParameters'), child(node, 'returnType')], within);
    const body = child(node, 'body');
    if (!body) return;
    if (async && isFunction(node)) this.#asyncFunctions.push(node);
    if (body.type !== 'BlockStatement') return this.#visit(body, within);
    const statements = list(body, 'body');
    this.#declare(scope, [...declarations(statements), ...vars(statements)]);
    return this.#all(statements, within);
  }

  #class(node: Node, place: Place): void {
    this.#decorators(node, place);
    const scope = inner(place.scope);
    const id = child(node, 'id');
    if (id && node.type === 'ClassExpression') {
      scope.values.add(nameOf(id));
      scope.types.add(nameOf(id));
    }
    this.#typeParameters(node, scope);
    const within = { ...place, scope };
    const rest = ['typeParameters', 'superClass', 'superTypeArguments', 'body'].map((key) =>
      child(node, key),
    );
    this.#all([...rest, ...list(node, 'implements')], within);
  }

  #element(node: Node, place: Place): void {
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') this.#jsx = true;
    switch (node.type) {
      case 'JSXIdentifier':
        return;
      case 'JSXOpeningElement':
        this.#tag(child(node, 'name'), place);
        return this.#kids(node, place, 'name');
      case 'JSXClosingElement':
        return;
      default:
        return this.#kids(node, place);
    }
  }

  #tag(name: Node | undefined, place: Place, member = false): void {
    if (name?.type === 'JSXMemberExpression') return this.#tag(child(name, 'object'), place, true);
    // As TypeScript has it: a tag in lower case is an element of the page.
    if (name && name.type !== 'JSXNamespacedName' && (member || !/^[a-z]|-/.test(nameOf(name))))
      this.#refer(name, place);
  }

  #typed(node: Node, place: Place): void {
    switch (node.type) {
      case 'TSTypeReference':
        this.#entity(child(node, 'typeName'), place, true);
        return this.#kids(node, place, 'typeName');
      case 'TSClassImplements':
      case 'TSInterfaceHeritage':
        this.#entity(child(node, 'expression'), place, true);
        return this.#kids(node, place, 'expression');
      case 'TSTypeQuery':
        this.#entity(child(node, 'exprName'), place, false);
        return this.#kids(node, place, 'exprName');
      case 'TSQualifiedName':
        return this.#entity(node, place, false);
      case 'TSImportType':
        return this.#all([child(node, 'typeArguments')], place);
      case 'TSImportEqualsDeclaration': {
        const target = child(node, 'moduleReference');
        if (target && target.type !== 'TSExternalModuleReference') this.#entity(target, place, false);
        return;
      }
      case 'TSTypeParameter':
        return this.#kids(node, place, 'name');
      case 'TSInterfaceDeclaration':
      case 'TSTypeAliasDeclaration': {
        const scope = inner(place.scope);
        this.#typeParameters(node, scope);
        return this.#kids(node, { ...place, scope }, 'id');
      }
      case 'TSFunctionType':
      case 'TSConstructorType':
      case 'TSMethodSignature':
      case 'TSCallSignatureDeclaration':
      case 'TSConstructSignatureDeclaration': {
        const scope = inner(place.scope);
        this.#typeParameters(node, scope);
        const within = { ...place, scope };
        if (flag(node, 'computed')) this.#all([child(node, 'key')], place);
        for (const parameter of list(node, 'params')) this.#bind(parameter, within);
        return this.#all([child(node, 'typeParameters'), child(node, 'returnType')], within);
      }
      case 'TSPropertySignature':
        if (flag(node, 'computed')) this.#all([child(node, 'key')], place);
        return this.#all([child(node, 'typeAnnotation')], place);
      case 'TSIndexSignature':
        for (const parameter of list(node, 'parameters')) this.#pattern(parameter, place);
        return this.#all([child(node, 'typeAnnotation')], place);
      case 'TSNamedTupleMember':
        return this.#kids(node, place, 'label');
      case 'TSMappedType': {
        const scope = inner(place.scope);
        scope.types.add(nameOf(child(node, 'key')));
        return this.#kids(node, { ...place, scope }, 'key');
      }
      case 'TSConditionalType': {
        const scope = inner(place.scope);
        for (const name of inferred(child(node, 'extendsType'))) scope.types.add(name);
        this.#all([child(node, 'checkType'), child(node, 'falseType')], place);
        return this.#all([child(node, 'extendsType'), child(node, 'trueType')], { ...place, scope });
      }
      case 'TSEnumDeclaration': {
        const scope = inner(place.scope);
        const members = list(child(node, 'body') ?? node, 'members');
        for (const member of members) scope.values.add(nameOf(child(member, 'id')));
        return this.#all(
          members.map((member) => child(member, 'initializer')),
          { ...place, scope, depth: place.depth + 1 },
        );
      }
      case 'TSModuleDeclaration':
        return this.#all([child(node, 'body')], place);
      default:
        return this.#kids(node, place);
    }
  }

  /** The first name of `a.b.c`; that of a lone name in a type is a type's, that before a dot a namespace's. */
  #entity(node: Node | undefined, place: Place, type: boolean): void {
    if (!node) return;
    if (node.type === 'Identifier') return this.#refer(node, place, { type });
    if (node.type === 'TSQualifiedName') return this.#entity(child(node, 'left'), place, false);
    if (node.type === 'MemberExpression') return this.#entity(child(node, 'object'), place, false);
    if (node.type === 'ThisExpression') return;
    this.#visit(node, place);
  }
}

function inferred(node: Node | undefined): string[] {
  if (!node) return [];
  if (node.type === 'TSInferType') {
    const parameter = child(node, 'typeParameter');
    return parameter ? [nameOf(child(parameter, 'name'))] : [];
  }
  return children(node).flatMap(inferred);
}
