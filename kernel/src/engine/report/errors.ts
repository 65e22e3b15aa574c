import { inspect } from 'node:util';
import type { ErrorReport } from '../../shared/protocol.js';
import { codeFrame } from './frame.js';
import { inCells, type CellSource, type FindCell, type FindFile } from './places.js';

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
export function reportThrown(thrown: unknown, find: FindCell, files?: FindFile): ErrorReport {
  if (!isError(thrown)) {
    const evalue = typeof thrown === 'string' ? thrown : inspect(thrown);
    return { ename: 'Uncaught', evalue, traceback: [`Uncaught: ${inspect(thrown)}`] };
  }
  const { lines, top } = inCells(safeInspect(thrown).replace(DECORATION, ''), find, files);
  const frame = top
    ? [`${top.source.label}, line ${top.line}:`, ...codeFrame(top.source.code, top.line, top.column), '']
    : [];
  return { ename: nameOf(thrown), evalue: String(thrown.message), traceback: [...frame, ...lines] };
}

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
