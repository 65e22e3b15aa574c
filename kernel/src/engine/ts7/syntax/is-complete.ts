import type { Completeness } from '../../engine.js';
import { parse, type Language, type SyntaxError } from './parse.js';

/** Whether a source is whole, ends too early, or is wrong whatever follows. */
export function isComplete(code: string): Completeness {
  let incomplete = false;
  for (const lang of ['ts', 'tsx'] satisfies Language[]) {
    const { errors } = parse(code, lang);
    if (errors.length === 0) return { status: 'complete' };
    const [first] = [...errors].sort((a, b) => a.start - b.start);
    if (first && endsEarly(code, first)) incomplete = true;
  }
  if (!incomplete) return { status: 'invalid' };
  const line = code.split('\n').findLast((text) => text.trim() !== '') ?? '';
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  return { status: 'incomplete', indent: /[{([]\s*$/.test(line) ? `${indent}  ` : indent };
}

/** The parser wants more where there is nothing more, or what began has no end. */
function endsEarly(code: string, { start, end, message }: SyntaxError): boolean {
  const length = code.trimEnd().length;
  if (start >= length || /\?\.$/.test(code.trimEnd())) return true;
  if (/^Unterminated multiline comment/.test(message)) return true;
  if (end < length) return false;
  // `const x`, whose value may stand in the next line.
  if (/^Missing initializer/.test(message)) return true;
  // Of strings only templates may go on in the next line, or those whose line ends with a backslash.
  if (!/^Unterminated (string|template)/.test(message)) return false;
  return /[`}]/.test(code[start] ?? '') || code.endsWith('\\');
}
