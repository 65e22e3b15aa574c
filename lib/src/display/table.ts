import type { MimeBundle } from '../host/types.js';
import { describe } from './describe.js';
import { gridHtml, gridText, grouped, short, type Grid } from './grid.js';

export interface TableOptions {
  /** Names of the columns to show, in this order. Default: all that the first 1000 rows have. */
  columns?: readonly string[];
  /** Rows to show; of more, the first and the last are shown. Default 20. */
  maxRows?: number;
  /** Columns to show; of more, the first. Default 30. */
  maxColumns?: number;
  /** Significant digits of numbers, from 1 to 17. Default 6. */
  digits?: number;
}

/** Rows as objects, or columns as lists of one length. */
export type TableData = readonly object[] | Readonly<Record<string, ArrayLike<unknown>>>;

const DISPLAY = Symbol.for('Jupyter.display');
const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const SEEN_ROWS = 1000;
const MAX_CELL = 200;

/**
 * Shows records as a table, in HTML and in text.
 * @param data A list of objects (one a row), or an object of lists of one length (one a column; typed arrays too).
 * @throws TypeError when the data is neither, or an option is of another type
 * @throws RangeError when the columns' lengths differ, or an option is out of its range
 */
export function table(data: TableData, options: TableOptions = {}): Table {
  return new Table(readTable(data, options.columns), options);
}

interface Source {
  readonly columns: readonly string[];
  readonly length: number;
  readonly at: (row: number, column: string) => unknown;
}

/** A table as the value of a cell. */
export class Table {
  readonly #source: Source;
  readonly #limits: Required<Omit<TableOptions, 'columns'>>;

  /** Made by {@link table}. */
  constructor(source: Source, options: TableOptions) {
    this.#source = source;
    this.#limits = {
      maxRows: whole('maxRows', options.maxRows, 20, 1, 10_000),
      maxColumns: whole('maxColumns', options.maxColumns, 30, 1, 1000),
      digits: whole('digits', options.digits, 6, 1, 17),
    };
  }

  [DISPLAY](): MimeBundle {
    const grid = this.#grid();
    return { 'text/html': gridHtml(grid), 'text/plain': gridText(grid) };
  }

  [INSPECT](): string {
    return gridText(this.#grid());
  }

  #grid(): Grid {
    const { length, at } = this.#source;
    const { maxRows, maxColumns, digits } = this.#limits;
    const columns = this.#source.columns.slice(0, maxColumns);
    const head = Math.ceil(maxRows / 2);
    const numbers = Array.from({ length: Math.min(length, maxRows) }, (_, i) =>
      i < head || length <= maxRows ? i : length - maxRows + i,
    );
    const text = (row: number): string[] => columns.map((column) => cellText(at(row, column), digits));
    const rows = numbers.map((row) => [String(row), ...text(row)]);
    if (length > maxRows) rows.splice(head, 0, ['…', ...columns.map(() => '…')]);
    const isNumber = (column: string): boolean =>
      numbers.some((row) => ['number', 'bigint'].includes(typeof at(row, column)));
    const hidden = this.#source.columns.length - columns.length;
    return {
      head: ['', ...columns.map((name) => clip(name))],
      rows,
      right: [true, ...columns.map(isNumber)],
      note:
        `${count(length, 'row')}, ${count(this.#source.columns.length, 'column')}` +
        (hidden > 0 ? ` (the last ${grouped(hidden)} are not shown)` : ''),
    };
  }
}

const count = (n: number, word: string): string => `${grouped(n)} ${word}${n === 1 ? '' : 's'}`;

function readTable(data: unknown, chosen: readonly string[] | undefined): Source {
  if (chosen !== undefined && (!Array.isArray(chosen) || chosen.some((name) => typeof name !== 'string')))
    throw new TypeError(`table: options.columns must be a list of names; it is ${describe(chosen)}.`);
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data))
    throw new TypeError(
      `table: data must be a list of objects or an object of lists; it is ${describe(data)}.`,
    );
  return Array.isArray(data) ? rowTable(data, chosen) : columnTable(data as Record<string, unknown>, chosen);
}

function rowTable(rows: readonly unknown[], chosen: readonly string[] | undefined): Source {
  const bad = rows.findIndex((row) => typeof row !== 'object' || row === null);
  if (bad >= 0)
    throw new TypeError(`table: each row must be an object; data[${bad}] is ${describe(rows[bad])}.`);
  const found = new Set<string>();
  for (const row of rows.slice(0, SEEN_ROWS)) for (const name of Object.keys(row as object)) found.add(name);
  const columns = choose([...found], chosen);
  return {
    columns,
    length: rows.length,
    at: (row, column) => (rows[row] as Record<string, unknown> | undefined)?.[column],
  };
}

function columnTable(data: Record<string, unknown>, chosen: readonly string[] | undefined): Source {
  const names = Object.keys(data);
  const isList = (value: unknown): value is ArrayLike<unknown> =>
    Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  const bad = names.find((name) => !isList(data[name]));
  if (bad !== undefined)
    throw new TypeError(
      `table: each column must be a list; data[${describe(bad)}] is ${describe(data[bad])}.`,
    );
  const lists = new Map(names.map((name) => [name, data[name] as ArrayLike<unknown>]));
  const [first] = names;
  const length = first === undefined ? 0 : (lists.get(first)?.length ?? 0);
  for (const [name, list] of lists) {
    if (list.length === length) continue;
    throw new RangeError(
      `table: the columns must be of one length; ${describe(first)} has ${length} entries and ${describe(name)} has ${list.length}.`,
    );
  }
  return { columns: choose(names, chosen), length, at: (row, column) => lists.get(column)?.[row] };
}

function choose(names: readonly string[], chosen: readonly string[] | undefined): readonly string[] {
  const unknown = chosen?.find((name) => !names.includes(name));
  if (unknown === undefined) return chosen ?? names;
  const there = names.slice(0, 20).map(describe).join(', ');
  throw new RangeError(
    `table: options.columns names ${describe(unknown)}, which the data does not have; it has ${there}.`,
  );
}

function cellText(value: unknown, digits: number): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return short(value, digits);
  if (typeof value === 'string') return clip(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  return clip(describe(value));
}

const clip = (text: string): string => (text.length <= MAX_CELL ? text : `${text.slice(0, MAX_CELL - 1)}…`);

function whole(name: string, value: unknown, otherwise: number, least: number, most: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  const wanted = `an integer from ${least} to ${most}`;
  const message = `table: options.${name} must be ${wanted}; it is ${describe(value)}.`;
  throw typeof value === 'number' ? new RangeError(message) : new TypeError(message);
}
