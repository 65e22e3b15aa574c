import type * as TS from '@tslab/typescript-for-tslab';
import type { Completeness } from '../engine.js';

/** Errors that say "the text ends too early" wherever they are reported. */
/** A string literal cannot go on in the next line. */
const UNTERMINATED_STRING = 1002;
const UNTERMINATED = new Set([1160 /* template literal */, 1010 /* comment */]);

export function isComplete(ts: typeof TS, code: string): Completeness {
  const end = code.trimEnd().length;
  let incomplete = false;
  for (const kind of [ts.ScriptKind.TS, ts.ScriptKind.TSX]) {
    const file = ts.createSourceFile(
      kind === ts.ScriptKind.TS ? 'cell.ts' : 'cell.tsx',
      code,
      ts.ScriptTarget.Latest,
      false,
      kind,
    );
    const { parseDiagnostics: errors } = file as unknown as {
      parseDiagnostics: readonly TS.DiagnosticWithLocation[];
    };
    if (errors.length === 0) return { status: 'complete' };
    const [first] = [...errors].sort((a, b) => a.start - b.start);
    if (first && first.code !== UNTERMINATED_STRING && (first.start >= end || UNTERMINATED.has(first.code)))
      incomplete = true;
  }
  if (!incomplete) return { status: 'invalid' };
  const line = code.split('\n').findLast((text) => text.trim() !== '') ?? '';
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  return { status: 'incomplete', indent: /[{([]\s*$/.test(line) ? `${indent}  ` : indent };
}
