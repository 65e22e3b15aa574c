import type MagicString from 'magic-string';
import { child, list, nameOf, text, type Node } from './ast.js';
import type { Facts } from './names.js';

/** A static import. */
export interface ImportRequest {
  readonly specifier: string;
  /** By `with { type: … }`. */
  readonly type: string | undefined;
  readonly bindings: readonly ImportBinding[];
  /** Nothing of it is used as a value: it may be types only, so that it is no error when there is no such module. */
  readonly lenient: boolean;
}

export interface ImportBinding {
  readonly local: string;
  /** Name of the export; `*`: the module's namespace. */
  readonly imported: string;
}

/** Names that the compiled code uses, made so that the source has none of them. */
export interface Names {
  readonly sigil: string;
  module(index: number): string;
  /** Of ours, as against a variable's. */
  own(name: string): string;
}

export function freshNames(code: string): Names {
  let sigil = '$$';
  while (code.includes(sigil)) sigil += '_';
  return {
    sigil,
    module: (index) => `${sigil}${index}`,
    // No variable's name begins with a digit.
    own: (name) => `${sigil}0${name}`,
  };
}

/** The static imports and re-exports of a module, in order; each is given the number of its place in the list. */
export function importRequests(program: Node, facts: Facts): Map<Node, ImportRequest> {
  const used = new Set(facts.references.filter(({ top, type }) => top && !type).map(({ name }) => name));
  const found = new Map<Node, ImportRequest>();
  for (const statement of list(program, 'body')) {
    const source = child(statement, 'source');
    if (!source || !/^(Import|Export)/.test(statement.type)) continue;
    const bindings = list(statement, 'specifiers').flatMap((specifier): ImportBinding[] => {
      const local = nameOf(child(specifier, 'local'));
      if (specifier.type === 'ImportSpecifier')
        return [{ local, imported: nameOf(child(specifier, 'imported')) }];
      if (specifier.type === 'ImportDefaultSpecifier') return [{ local, imported: 'default' }];
      return specifier.type === 'ImportNamespaceSpecifier' ? [{ local, imported: '*' }] : [];
    });
    const attribute = list(statement, 'attributes').find((one) => nameOf(child(one, 'key')) === 'type');
    found.set(statement, {
      specifier: nameOf(source),
      type: attribute && text(child(attribute, 'value'), 'value'),
      bindings,
      lenient: bindings.length > 0 && !bindings.some(({ local }) => used.has(local)),
    });
  }
  return found;
}

/** Takes the import statements away. @returns What stands for each imported name. */
export function editImports(
  edits: MagicString,
  requests: ReadonlyMap<Node, ImportRequest>,
  names: Names,
): Map<string, string> {
  const found = new Map<string, string>();
  let index = 0;
  for (const [statement, { bindings }] of requests) {
    const module = names.module(index++);
    for (const { local, imported } of bindings) {
      const member = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(imported)
        ? `.${imported}`
        : `[${JSON.stringify(imported)}]`;
      found.set(local, imported === '*' ? module : module + member);
    }
    edits.remove(statement.start, statement.end);
  }
  return found;
}

/** `import(x)` and `import.meta` become names of ours. */
export function editImportExpressions(edits: MagicString, facts: Facts, names: Names): void {
  for (const node of facts.dynamicImports)
    edits.update(node.start, node.start + 'import'.length, names.own('import'));
  for (const node of facts.metas) edits.update(node.start, node.end, names.own('meta'));
}

/** Text that stands for a use of a name. */
export function substitute(
  target: string,
  { name, shorthand, callee }: { name: string; shorthand: boolean; callee: boolean },
): string {
  if (shorthand) return `${name}: ${target}`;
  return callee && /[.[]/.test(target) ? `(0, ${target})` : target;
}
