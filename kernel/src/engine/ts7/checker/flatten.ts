import type { Diagnostic } from '../types.js';
import { readDiagnostics } from './diagnostics.js';
import type { Server } from './server.js';
import { importsOf, type Cell, type Cells, type Live } from './cells.js';

/** What a hover must not say where its text is to stand for the declaration: it is cut off, or means something elsewhere. */
const UNCLEAR = /\.\.\.|import\(|\btypeof\b|\bunique symbol\b|\(\+\d|\/\*/;

/** A cell's declarations written out, with the earlier cells that they still need. */
export interface Flat {
  readonly text: string;
  readonly uses: readonly Cell[];
}

/**
 * The declaration that a hover shows.
 * @returns Undefined when it is not one that can be written out.
 */
function declarationOf(hover: unknown): string | undefined {
  const value = (hover as { contents?: { value?: unknown } } | null)?.contents?.value;
  if (typeof value !== 'string') return undefined;
  const shown = /^```\w*\n(?:\(alias\) )?((?:const|let|var|function) [^]*?)\n```/.exec(value)?.[1];
  return shown === undefined || UNCLEAR.test(shown) ? undefined : `declare ${shown.trim()};`;
}

/** Names of types as members of a module, which a hover shows without it. */
function qualify(declaration: string, types: ReadonlySet<string>, namespace: string): string {
  return declaration.replace(/(?<![\w$.'"`])([A-Z][\w$]*)(?!\??:)\b/g, (word) =>
    types.has(word) ? `${namespace}.${word}` : word,
  );
}

/** The types that a check did not find. */
function unknownNames(found: readonly Diagnostic[]): Set<string> {
  const names = found.map(({ code, message }) =>
    code === 2304 || code === 2552 ? /'([^']+)'/.exec(message)?.[1] : undefined,
  );
  return new Set(names.filter((name) => name !== undefined));
}

/**
 * A cell's declarations by their types instead of by its code: it needs fewer earlier cells, or none. A chain of cells, each
 * of which uses the one before, would else grow with the notebook, and with it each check.
 * @param file Has a line for each name, in which it stands alone.
 * @param names What the cell declares, with the names by which it exports them.
 * @param used The names of earlier cells that the cell uses.
 * @returns Undefined when it cannot be done without a change of meaning, as for classes.
 */
export async function flattenCell(
  server: Server,
  file: string,
  names: ReadonlyMap<string, string>,
  used: readonly [string, Live][],
  cells: Cells,
): Promise<Flat | undefined> {
  const hovers = [...names].map((_, line) =>
    server.ask('textDocument/hover', file, { position: { line, character: 0 } }),
  );
  const declarations = (await Promise.all(hovers)).map(declarationOf).filter((each) => each !== undefined);
  if (declarations.length < names.size) return undefined;
  let unknown = new Set<string>();
  for (const namespace of [undefined, ...cells.namespaces()]) {
    const flat = namespace
      ? flatten(
          names,
          declarations.map((each) => qualify(each, unknown, namespace[0])),
          [...used.filter(([name]) => name !== namespace[0]), namespace],
          cells,
        )
      : flatten(names, declarations, used, cells);
    if (!flat) return undefined;
    server.put(file, flat.text);
    const answer = await server.ask('textDocument/diagnostic', file);
    const wrong = readDiagnostics(answer, flat.text, undefined, () => undefined);
    if (wrong.length === 0) return flat;
    if (!namespace) unknown = unknownNames(wrong);
    if (unknown.size === 0) return undefined;
  }
  return undefined;
}

/** @returns Undefined when a name would mean something else. */
function flatten(
  names: ReadonlyMap<string, string>,
  declarations: readonly string[],
  used: readonly [string, Live][],
  cells: Cells,
): Flat | undefined {
  const words = new Set<string>();
  for (const declaration of declarations) {
    for (const { 0: word, index } of declaration.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) {
      if (!/^\??:/.test(declaration.slice(index + word.length))) words.add(word);
    }
  }
  const known = new Set(used.map(([name]) => name));
  // The name of a declaration of another cell, which means something else here.
  for (const word of words)
    if (cells.declared(word) && !known.has(word) && !names.has(word)) return undefined;
  const needed = used.filter(([name]) => words.has(name));
  const list = [...names].map(([name, exported]) => `${name} as ${exported}`);
  return {
    text: `${importsOf(needed, [], '_')}${declarations.join('\n')}\nexport { ${list.join(', ')} };\n`,
    uses: [...new Set(needed.map(([, { cell }]) => cell))],
  };
}
