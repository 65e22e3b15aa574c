import { bare, child, children, flag, list, nameOf, text, type Node } from './ast.js';
import { declarations, vars, type Declaration } from './declare.js';
import { callbacksOf } from './callbacks.js';
import { visitElement } from './element-names.js';
import { visitClass, visitFunction } from './function-names.js';
import { bind, pattern, target } from './pattern-names.js';
import { visitType } from './type-names.js';
import { declare, inner, type Place, type Scope, type Walk } from './walk.js';

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
  /** Bound somewhere within the module, too. */
  readonly inner: ReadonlySet<string>;
  /** Await expressions, and `for await` loops. */
  readonly awaits: readonly Node[];
  /** An `await` stands outside of all functions. */
  readonly topLevelAwait: boolean;
  readonly asyncFunctions: readonly Node[];
  /** Catch clauses in async code. */
  readonly asyncCatches: readonly Node[];
  /** Functions that are written where they are handed on, and may be called later. */
  readonly callbacks: readonly Node[];
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

/** What a block declares for itself: a `var` belongs to what is around it. */
const ownOf = (statements: readonly Node[]): Declaration[] =>
  declarations(statements).filter(({ kind }) => kind !== 'var');

/** Looks up every name of a module. */
export function facts(program: Node): Facts {
  return new Names().run(program);
}

class Names implements Walk {
  readonly #references: Reference[] = [];
  readonly #awaits: Node[] = [];
  readonly asyncFunctions: Node[] = [];
  readonly #asyncCatches: Node[] = [];
  readonly #callbacks: Node[] = [];
  readonly #dynamicImports: Node[] = [];
  readonly #metas: Node[] = [];
  readonly shorthands = new Set<Node>();
  readonly #discarded = new Set<Node>();
  #topLevelAwait = false;
  #decorated = false;
  #using = false;
  jsx = false;
  readonly #top: Scope = { values: new Set(), types: new Set(), parent: undefined, within: [] };

  run(program: Node): Facts {
    const body = list(program, 'body');
    const direct = declarations(body);
    const seen = new Set(direct.map(({ id }) => id));
    const declared = [...direct, ...vars(body).filter(({ id }) => !seen.has(id))];
    declare(this.#top, declared);
    this.all(body, { scope: this.#top, depth: 0, async: true });
    return {
      references: this.#references,
      declared,
      inner: new Set(this.#top.within.flatMap(({ values }) => [...values])),
      awaits: this.#awaits,
      topLevelAwait: this.#topLevelAwait,
      asyncFunctions: this.asyncFunctions,
      asyncCatches: this.#asyncCatches,
      callbacks: this.#callbacks,
      dynamicImports: this.#dynamicImports,
      metas: this.#metas,
      decorated: this.#decorated,
      using: this.#using,
      shorthands: this.shorthands,
      jsx: this.jsx,
      discarded: this.#discarded,
    };
  }

  all(nodes: readonly (Node | undefined)[], place: Place): void {
    for (const node of nodes) if (node) this.visit(node, place);
  }

  kids(node: Node, place: Place, ...except: string[]): void {
    const skipped = new Set(except.map((key) => child(node, key)));
    for (const kid of children(node)) if (!skipped.has(kid)) this.visit(kid, place);
  }

  refer(node: Node, place: Place, more: Partial<Reference> = {}): void {
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

  visit(node: Node, place: Place): void {
    switch (node.type) {
      case 'Identifier':
        this.refer(node, place);
        return this.all([child(node, 'typeAnnotation')], place);
      case 'BlockStatement':
      case 'StaticBlock':
      case 'TSModuleBlock': {
        const scope = inner(place.scope);
        const body = list(node, 'body');
        const alone = node.type !== 'BlockStatement';
        declare(scope, alone ? [...declarations(body), ...vars(body)] : ownOf(body));
        const depth = place.depth + (alone ? 1 : 0);
        return this.all(body, { ...place, scope, depth, async: place.async && !alone });
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
          declare(scope, declarations([head]));
        else if (head && node.type !== 'ForStatement') {
          target(this, head, place);
          return this.kids(node, { ...place, scope }, 'left');
        }
        return this.kids(node, { ...place, scope });
      }
      case 'SwitchStatement': {
        const scope = inner(place.scope);
        declare(
          scope,
          list(node, 'cases').flatMap((one) => ownOf(list(one, 'consequent'))),
        );
        this.all([child(node, 'discriminant')], place);
        return this.all(list(node, 'cases'), { ...place, scope });
      }
      case 'CatchClause': {
        if (place.async) this.#asyncCatches.push(node);
        const scope = inner(place.scope);
        const parameter = child(node, 'param');
        if (parameter) bind(this, parameter, { ...place, scope });
        return this.all([child(node, 'body')], { ...place, scope });
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'TSDeclareFunction':
      case 'TSEmptyBodyFunctionExpression':
        return visitFunction(this, node, place);
      case 'ClassDeclaration':
      case 'ClassExpression':
        return visitClass(this, node, place);
      case 'MethodDefinition':
      case 'TSAbstractMethodDefinition':
      case 'PropertyDefinition':
      case 'TSAbstractPropertyDefinition':
      case 'AccessorProperty':
      case 'TSAbstractAccessorProperty': {
        this.decorators(node, place);
        if (flag(node, 'computed')) this.all([child(node, 'key')], place);
        this.all([child(node, 'typeAnnotation')], place);
        const value = child(node, 'value');
        if (!value) return;
        const method = node.type.endsWith('MethodDefinition');
        return this.visit(value, method ? place : { ...place, depth: place.depth + 1, async: false });
      }
      case 'VariableDeclaration':
        if ((text(node, 'kind') ?? '').endsWith('using')) {
          this.#using = true;
          if (text(node, 'kind') === 'await using') this.#await(node, place);
        }
        return this.all(list(node, 'declarations'), place);
      case 'VariableDeclarator':
        pattern(this, child(node, 'id'), place);
        return this.all([child(node, 'init')], place);
      case 'AssignmentExpression': {
        const left = child(node, 'left');
        if (left?.type === 'Identifier') this.refer(left, place, { write: true, assignment: node });
        else if (left) target(this, left, place);
        return this.all([child(node, 'right')], place);
      }
      case 'UpdateExpression': {
        const argument = child(node, 'argument');
        if (argument?.type === 'Identifier') this.refer(argument, place, { write: true, assignment: node });
        else if (argument) target(this, argument, place);
        return;
      }
      case 'ExpressionStatement': {
        const expression = child(node, 'expression');
        if (expression) this.#discarded.add(expression);
        return this.kids(node, place);
      }
      case 'AwaitExpression':
        this.#await(node, place);
        return this.kids(node, place);
      case 'NewExpression':
        this.#callbacks.push(...callbacksOf(node));
        return this.kids(node, place);
      case 'CallExpression':
      case 'TaggedTemplateExpression': {
        this.#callbacks.push(...callbacksOf(node));
        const key = node.type === 'CallExpression' ? 'callee' : 'tag';
        const callee = bare(child(node, key));
        if (callee?.type !== 'Identifier') return this.kids(node, place);
        this.refer(callee, place, { callee: true });
        return this.kids(node, place, key);
      }
      case 'ImportExpression':
        this.#dynamicImports.push(node);
        return this.kids(node, place);
      case 'MetaProperty':
        if (nameOf(child(node, 'meta')) === 'import') this.#metas.push(node);
        return;
      case 'MemberExpression':
        this.all([child(node, 'object')], place);
        if (flag(node, 'computed')) this.all([child(node, 'property')], place);
        return;
      case 'Property': {
        if (flag(node, 'computed')) this.all([child(node, 'key')], place);
        const value = child(node, 'value');
        if (value?.type === 'Identifier' && flag(node, 'shorthand'))
          return this.refer(value, place, { shorthand: true });
        return this.all([value], place);
      }
      case 'LabeledStatement':
        return this.all([child(node, 'body')], place);
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'TSNamespaceExportDeclaration':
        return;
      case 'ExportNamedDeclaration':
        this.all([child(node, 'declaration')], place);
        if (!child(node, 'source'))
          for (const one of list(node, 'specifiers')) {
            const local = child(one, 'local');
            if (local) this.refer(local, place, { type: text(node, 'exportKind') === 'type' });
          }
        return;
      default:
        if (node.type.startsWith('JSX')) return visitElement(this, node, place);
        if (node.type.startsWith('TS')) return visitType(this, node, place);
        return this.kids(node, place);
    }
  }

  #await(node: Node, place: Place): void {
    this.#awaits.push(node);
    if (place.depth === 0) this.#topLevelAwait = true;
  }

  decorators(node: Node, place: Place): void {
    const found = list(node, 'decorators');
    // Automatic accessors came with decorators, and are lowered with them.
    if (found.length > 0 || node.type === 'AccessorProperty') this.#decorated = true;
    this.all(found, place);
  }
}
