import { inspect } from 'node:util';
import type { Diagnostic } from 'tslab/dist/converter.js';
import type { ErrorReport } from '../../shared/protocol.js';
import type { Mapper } from './source-map.js';

export interface CellSource {
  readonly code: string;
  /** How the client counts it: `In[3]`. */
  readonly label: string;
  readonly mapper: Mapper | undefined;
}

/** Name of a cell's script in stack traces, until it is replaced by the cell's label. */
export const scriptName = (seq: number): string => `gradoscope-cell-${seq}.js`;

const PLACE = /gradoscope-cell-(\d+)\.js:(\d+):(\d+)/g;
const INTERNAL =
  /[\\/](?:gradoscope-kernel|kernel)[\\/]dist[\\/]|[\\/]tslab[\\/]dist[\\/]|\(node:|at node:|at new Promise \(<anonymous>\)|evalmachine\.<anonymous>/;
const MAX_DIAGNOSTICS = 10;

/** Two lines around the place, with a mark under it. @param line, column From 1. */
export function codeFrame(code: string, line: number, column: number, length = 1): string[] {
  const lines = code.split('\n');
  const from = Math.max(1, line - 2);
  const to = Math.min(lines.length, line + 1);
  const width = String(to).length;
  const out: string[] = [];
  for (let n = from; n <= to; n++) {
    const text = lines[n - 1] ?? '';
    out.push(`${n === line ? '>' : ' '} ${String(n).padStart(width)} | ${text}`);
    if (n !== line) continue;
    const mark = '^'.repeat(Math.max(1, Math.min(length, text.length - column + 1)));
    out.push(`  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, column - 1))}${mark}`);
  }
  return out;
}

export function reportDiagnostics(diagnostics: readonly Diagnostic[], source: CellSource): ErrorReport {
  const [first] = diagnostics;
  const traceback: string[] = [];
  for (const { fileName, start, end, messageText, code } of diagnostics.slice(0, MAX_DIAGNOSTICS)) {
    const where = `${fileName ?? source.label}:${start.line + 1}:${start.character + 1}`;
    traceback.push(`${where} - error TS${code}: ${messageText}`);
    if (fileName === undefined)
      traceback.push(
        ...codeFrame(source.code, start.line + 1, start.character + 1, end.offset - start.offset),
      );
  }
  const more = diagnostics.length - 1;
  if (diagnostics.length > MAX_DIAGNOSTICS)
    traceback.push(`… and ${diagnostics.length - MAX_DIAGNOSTICS} more errors`);
  const evalue = first
    ? `${first.start.line + 1}:${first.start.character + 1} - ${first.messageText}`
    : 'The cell does not compile.';
  return { ename: 'TypeScriptError', evalue: more > 0 ? `${evalue} (and ${more} more)` : evalue, traceback };
}

/** A thrown value with its stack in terms of cells, without the kernel's own frames. */
export function reportThrown(thrown: unknown, find: (seq: number) => CellSource | undefined): ErrorReport {
  if (!isError(thrown)) {
    const evalue = typeof thrown === 'string' ? thrown : inspect(thrown);
    return { ename: 'Uncaught', evalue, traceback: [`Uncaught: ${inspect(thrown)}`] };
  }
  let top: { source: CellSource; line: number; column: number } | undefined;
  const text = safeInspect(thrown).replace(DECORATION, '');
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const isFrame = /^\s*at /.test(line);
    if (isFrame && !line.includes('gradoscope-cell-') && INTERNAL.test(line)) continue;
    let wrapper = false;
    const mapped = line.replace(PLACE, (raw, seq: string, l: string, c: string) => {
      const source = find(Number(seq));
      if (!source) return raw;
      wrapper ||= source.mapper?.isWrapper(Number(l), Number(c)) ?? false;
      const place = source.mapper?.find(Number(l), Number(c)) ?? { line: Number(l), column: Number(c) };
      if (!wrapper) top ??= { source, ...place };
      return `${source.label}:${place.line}:${place.column}`;
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
