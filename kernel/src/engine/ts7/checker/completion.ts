import type { CheckerCompletion, DeclaredKind } from '../types.js';
import { ALIAS, type Cells } from './cells.js';
import { Lines, type Range } from './positions.js';

interface Item {
  readonly label: string;
  readonly kind?: number;
  readonly sortText?: string;
  readonly textEdit?: { readonly range?: Range };
}

/** Jupyter's names for the kinds of the protocol, from 1. */
const KINDS = [
  'text',
  'function',
  'function',
  'class',
  'property',
  'variable',
  'class',
  'interface',
  'module',
  'property',
  'unit',
  'value',
  'enum',
  'keyword',
  'snippet',
  'color',
  'file',
  'reference',
  'folder',
  'property',
  'constant',
  'class',
  'event',
  'operator',
  'type',
];

const VARIABLE = 6;
/** Offered wherever any name may stand. */
const EVERYWHERE = 'Array';
/** The server's rank for names of the same scope. */
const LOCAL = '11';

const DECLARED: Readonly<Record<DeclaredKind, string>> = {
  const: 'constant',
  let: 'variable',
  var: 'variable',
  function: 'function',
  class: 'class',
  enum: 'enum',
  namespace: 'module',
  import: 'module',
  interface: 'interface',
  type: 'type',
};

/** The word that ends at an offset: what a completion replaces. */
export function wordAt(code: string, offset: number): { start: number; end: number } {
  const before = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(code.slice(0, offset))?.[0].length ?? 0;
  const after = /^[\p{ID_Continue}$\u200c\u200d]*/u.exec(code.slice(offset))?.[0].length ?? 0;
  return { start: offset - before, end: offset + after };
}

/**
 * Entries that begin with what is typed, as the server ranks them.
 * @param cells The earlier cells: their names are known to the server only where they are used.
 */
export function readCompletion(
  answer: unknown,
  code: string,
  offset: number,
  cells: Cells,
): CheckerCompletion {
  const list = answer as { items?: readonly Item[] } | readonly Item[] | null;
  const items = (Array.isArray(list) ? list : ((list as { items?: Item[] } | null)?.items ?? [])) as Item[];
  const lines = new Lines(code);
  const word = wordAt(code, offset);
  // In a string literal more than a word is replaced, by all entries alike.
  const ranges = items.flatMap(({ textEdit }) => (textEdit?.range ? [textEdit.range] : []));
  const [first] = ranges;
  const literal = first !== undefined && ranges.length === items.length;
  const start = literal ? lines.offset(first.start) : word.start - (code[word.start - 1] === '#' ? 1 : 0);
  const end = literal ? Math.max(lines.offset(first.end), offset) : word.end;
  const typed = code.slice(start, offset).toLowerCase();
  const found = new Map<string, { kind: string; sort: string }>();
  for (const { label, kind, sortText, textEdit } of items) {
    const name = label.replace(/\?$/, '');
    if (!name.toLowerCase().startsWith(typed) || hidden(name) || found.has(name)) continue;
    // What would replace more than the rest does, such as `["a b"]` with the dot before it, has no place in one list.
    if (textEdit?.range && lines.offset(textEdit.range.start) !== start) continue;
    const declared = kind === VARIABLE ? cells.get(name)?.kind : undefined;
    const shown = declared === undefined ? KINDS[(kind ?? 1) - 1] : DECLARED[declared];
    found.set(name, { kind: shown ?? '', sort: sortText ?? name });
  }
  if (items.some(({ label }) => label === EVERYWHERE)) {
    for (const name of cells.names()) {
      const live = cells.get(name);
      if (!live || found.has(name) || !name.toLowerCase().startsWith(typed)) continue;
      found.set(name, { kind: DECLARED[live.kind], sort: LOCAL });
    }
  }
  const sorted = [...found].sort(([a, x], [b, y]) => compare(x.sort, y.sort) || compare(a, b));
  return { matches: sorted.map(([name]) => name), kinds: sorted.map(([, { kind }]) => kind), start, end };
}

/** Of the generated files, and of names in them. */
const hidden = (name: string): boolean => name.includes(ALIAS) || name === 'tsconfig.json';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
