import { inspect } from 'node:util';
import type { ErrorReport } from '../../shared/protocol.js';
import { codeFrame } from './frame.js';
import type { Mapper } from './mapper.js';

/** What a compiler has to say of a source. */
export interface Complaint {
  /** Path of another file; undefined: the cell itself. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** UTF-16 units. */
  readonly length: number;
  readonly message: string;
  /** TypeScript's number of it. */
  readonly code: number | undefined;
}

export interface CellSource {
  readonly code: string;
  /** How the client counts it: `In[3]`. */
  readonly label: string;
  readonly mapper: Mapper | undefined;
}

/**
 * Name of a cell's script in stack traces, until it is replaced by the cell's label.
 * @param id The cell's number within the process; what the cell runs besides adds a dash and a number.
 */
export const scriptName = (id: string): string => `gradoscope-cell-${id}.js`;

const PLACE = /gradoscope-cell-([\d-]+)\.js:(\d+):(\d+)/g;
/** The place at the end of a frame. */
const FILE_PLACE = /((?:[A-Za-z]:)?[\\/][^():]+):(\d+):(\d+)(?=\)?$)/;
const INTERNAL =
  /[\\/](?:gradoscope-kernel|kernel)[\\/]dist[\\/]|[\\/]tslab[\\/]dist[\\/]|\(node:|at node:|at new Promise \(<anonymous>\)|evalmachine\.<anonymous>/;
const MAX_COMPLAINTS = 10;

/** Errors of compilation, each with its code frame. @param kind Name of the error. */
export function reportComplaints(
  complaints: readonly Complaint[],
  source: CellSource,
  kind = 'TypeScriptError',
): ErrorReport {
  const [first] = complaints;
  const traceback: string[] = [];
  for (const { file, line, column, length, message, code } of complaints.slice(0, MAX_COMPLAINTS)) {
    const number = code === undefined ? '' : ` TS${code}`;
    traceback.push(`${file ?? source.label}:${line}:${column} - error${number}: ${message}`);
    if (file === undefined) traceback.push(...codeFrame(source.code, line, column, length));
  }
  const more = complaints.length - 1;
  if (complaints.length > MAX_COMPLAINTS)
    traceback.push(`… and ${complaints.length - MAX_COMPLAINTS} more errors`);
  const evalue = first ? `${first.line}:${first.column} - ${first.message}` : 'The cell does not compile.';
  return { ename: kind, evalue: more > 0 ? `${evalue} (and ${more} more)` : evalue, traceback };
}

/**
 * A thrown value with its stack in terms of cells, without the kernel's own frames.
 * @param files Of other compiled files: where they came from.
 */
export function reportThrown(
  thrown: unknown,
  find: (id: string) => CellSource | undefined,
  files?: (file: string) => Mapper | undefined,
): ErrorReport {
  if (!isError(thrown)) {
    const evalue = typeof thrown === 'string' ? thrown : inspect(thrown);
    return { ename: 'Uncaught', evalue, traceback: [`Uncaught: ${inspect(thrown)}`] };
  }
  let top: { source: CellSource; line: number; column: number } | undefined;
  const text = safeInspect(thrown).replace(DECORATION, '');
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const isFrame = /^\s*at /.test(line);
    if (isFrame && !line.includes('gradoscope-cell-') && INTERNAL.test(line)) {
      // The properties of the error follow, in braces of which the first stands here.
      if (line.endsWith(' {') && lines.length > 0) lines[lines.length - 1] += ' {';
      continue;
    }
    let wrapper = false;
    const inFiles = isFrame && files ? line.replace(FILE_PLACE, place(files)) : line;
    const mapped = inFiles.replace(PLACE, (raw, id: string, l: string, c: string) => {
      const source = find(id);
      if (!source) return raw;
      wrapper ||= source.mapper?.isWrapper(Number(l), Number(c)) ?? false;
      const at = source.mapper?.find(Number(l), Number(c)) ?? { line: Number(l), column: Number(c) };
      if (!wrapper) top ??= { source, ...at };
      return `${source.label}:${at.line}:${at.column}`;
    });
    if (wrapper && isFrame) continue;
    // Functions of earlier cells are called on tslab's exports object, a proxy.
    lines.push(
      isFrame
        ? mapped.replace(/at (async )?Proxy\./, 'at $1').replace(/at (?:async )?eval \((.*)\)$/, 'at $1')
        : mapped,
    );
  }
  const frame = top
    ? [`${top.source.label}, line ${top.line}:`, ...codeFrame(top.source.code, top.line, top.column), '']
    : [];
  return { ename: nameOf(thrown), evalue: String(thrown.message), traceback: [...frame, ...lines] };
}

const place =
  (files: (file: string) => Mapper | undefined) =>
  (raw: string, file: string, line: string, column: string): string => {
    const at = files(file)?.find(Number(line), Number(column));
    return at ? `${file}:${at.line}:${at.column}` : raw;
  };

interface ErrorLike {
  readonly message: unknown;
  readonly name?: unknown;
  readonly stack?: unknown;
}

function isError(value: unknown): value is ErrorLike {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

function nameOf(error: ErrorLike): string {
  return typeof error.name === 'string' && error.name !== '' ? error.name : 'Error';
}

/** What node's vm puts in front of a stack: the script's line, which is not the cell's. */
const DECORATION = /^\S*(?:gradoscope-cell-\d+|[\\/][^\n]*)\.[cm]?[jt]s:\d+\n[\s\S]*?\n\n/;

function safeInspect(error: ErrorLike): string {
  try {
    return inspect(error, { depth: 2, maxStringLength: 10_000 });
  } catch {
    return String(error.stack ?? error.message);
  }
}
