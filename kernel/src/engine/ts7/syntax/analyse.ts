import type { Analysis, Declared, Diagnostic } from '../types.js';
import { child, children, list, nameOf, text, type Node } from './ast.js';
import { facts, type Facts } from './names.js';
import { parse, type Parsed } from './parse.js';

const CACHED = 20;

/** An analysis with the tree that it was read from. */
export interface Analysed extends Analysis {
  readonly program: Node;
  readonly facts: Facts;
}

/** Remembers the last sources: a cell is asked about its imports, and about its end, before it is run. */
export class Analyser {
  readonly #known = new Map<string, Analysed>();

  analyse(code: string): Analysed {
    const known = this.#known.get(code);
    if (known) return known;
    const found = analyse(code);
    this.#known.set(code, found);
    const [oldest] = this.#known.keys();
    if (this.#known.size > CACHED && oldest !== undefined) this.#known.delete(oldest);
    return found;
  }
}

function analyse(code: string): Analysed {
  let parsed = parse(code, 'ts', true);
  let jsx = false;
  if (parsed.errors.length > 0) {
    const other = parse(code, 'tsx', true);
    // What is wrong either way is told as the language has it in which more of the source is right.
    if (other.errors.length === 0 || first(other) > first(parsed)) {
      parsed = other;
      jsx = true;
    }
  }
  const found = facts(parsed.program);
  const free = new Set(found.references.filter(({ top }) => !top).map(({ name }) => name));
  if (found.jsx) free.add('React');
  return {
    code,
    jsx,
    program: parsed.program,
    facts: found,
    declared: merged(found),
    free,
    imports: specifiers(parsed.program, found),
    topLevelAwait: found.topLevelAwait,
    noCheck: hasNoCheck(parsed),
    syntaxErrors: parsed.errors.map(({ message, start, end }): Diagnostic => {
      const before = code.slice(0, start).split('\n');
      const column = (before.at(-1) ?? '').length + 1;
      return { start, end, line: before.length, column, code: undefined, message };
    }),
  };
}

const first = ({ errors }: Parsed): number => Math.min(...errors.map(({ start }) => start));

/** One entry a name; a value wins over the type that shares its name. */
function merged({ declared }: Facts): Declared[] {
  const found = new Map<string, Declared>();
  for (const { name, kind, typeOnly } of declared) {
    const before = found.get(name);
    if (!before || (before.typeOnly && !typeOnly)) found.set(name, { name, kind, typeOnly });
  }
  return [...found.values()];
}

function specifiers(program: Node, { dynamicImports, references }: Facts): string[] {
  const found = list(program, 'body').flatMap((statement) => {
    if (text(statement, 'importKind') === 'type' || text(statement, 'exportKind') === 'type') return [];
    const reference = child(statement, 'moduleReference');
    const source = child(statement, 'source') ?? (reference && child(reference, 'expression'));
    return source?.type === 'Literal' ? [nameOf(source)] : [];
  });
  const literal = (node: Node | undefined): string[] => {
    const value = text(node, 'value');
    return value === undefined ? [] : [value];
  };
  const dynamic = dynamicImports.flatMap((node) => literal(child(node, 'source')));
  const calls = references.some(({ name, top }) => name === 'require' && !top) ? required(program) : [];
  return [...new Set([...found, ...dynamic, ...calls.flatMap(literal)])];
}

function required(node: Node): Node[] {
  const own = node.type === 'CallExpression' && nameOf(child(node, 'callee')) === 'require';
  const found = own ? list(node, 'arguments').slice(0, 1) : [];
  return [...found, ...children(node).flatMap(required)];
}

function hasNoCheck({ comments, program }: Parsed): boolean {
  const [statement] = list(program, 'body');
  return comments.some(
    ({ value, end }) => /^\s*@ts-nocheck\b/.test(value) && end <= (statement?.start ?? Infinity),
  );
}
