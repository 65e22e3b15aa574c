import type { CheckerCompletion } from '../types.js';
import { ALIAS, FILE } from './cells.js';
import type { Position } from './positions.js';

interface Item {
  readonly label: string;
  readonly kind?: number;
  readonly sortText?: string;
  readonly filterText?: string;
  readonly insertText?: string;
  readonly textEdit?: { readonly newText: string };
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

/** The word that ends at an offset: what a completion replaces. */
export function wordAt(code: string, offset: number): { start: number; end: number } {
  const before = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(code.slice(0, offset))?.[0].length ?? 0;
  const after = /^[\p{ID_Continue}$\u200c\u200d]*/u.exec(code.slice(offset))?.[0].length ?? 0;
  return { start: offset - before, end: offset + after };
}

/** Entries that begin with what is typed, as the server ranks them. */
export function readCompletion(answer: unknown, code: string, offset: number): CheckerCompletion {
  const list = answer as { items?: readonly Item[] } | readonly Item[] | null;
  const items: readonly Item[] =
    (Array.isArray(list) ? list : (list as { items?: readonly Item[] } | null)?.items) ?? [];
  const { start, end } = wordAt(code, offset);
  const typed = code.slice(start, offset).toLowerCase();
  const found = new Map<string, { kind: string; sort: string }>();
  for (const item of items) {
    const name = item.label.replace(/\?$/, '');
    if (!name.toLowerCase().startsWith(typed) || name.includes(ALIAS) || name.startsWith(FILE)) continue;
    // What would replace more than a word, such as `["a b"]` after a dot, has no place here.
    if (item.insertText !== undefined && !item.insertText.toLowerCase().startsWith(typed)) continue;
    if (!found.has(name)) {
      found.set(name, { kind: KINDS[(item.kind ?? 1) - 1] ?? '', sort: item.sortText ?? name });
    }
  }
  const sorted = [...found].sort(([a, x], [b, y]) => compare(x.sort, y.sort) || compare(a, b));
  return { matches: sorted.map(([name]) => name), kinds: sorted.map(([, { kind }]) => kind), start, end };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export type { Position };
