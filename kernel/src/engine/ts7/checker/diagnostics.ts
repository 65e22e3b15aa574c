import type { DeclaredKind, Diagnostic } from '../types.js';
import { reword } from './messages.js';
import { Lines, type Range } from './positions.js';

interface Item {
  readonly range: Range;
  readonly severity?: number;
  readonly code?: number | string;
  readonly message: string;
}

const ERROR = 1;
/** `import x = require()` is compiled here, whatever the module format. */
const ALLOWED = 1202;

/** The errors that stand within `text`; what is generated after it is left out. */
export function readDiagnostics(
  answer: unknown,
  text: string,
  file: string | undefined,
  kindOf: (name: string) => DeclaredKind | undefined,
): Diagnostic[] {
  const items = ((answer as { items?: readonly Item[] } | null)?.items ?? []).filter(
    ({ severity, code }) => (severity ?? ERROR) === ERROR && Number(code) !== ALLOWED,
  );
  if (items.length === 0) return [];
  const lines = new Lines(text);
  const last = lines.position(text.length).line;
  return items
    .filter(({ range }) => range.start.line <= last)
    .map((item) => {
      const start = lines.offset(item.range.start);
      const code = Number(item.code);
      const said = reword(Number.isInteger(code) ? code : undefined, item.message, kindOf);
      return {
        ...(file === undefined ? {} : { file }),
        start,
        end: Math.max(start, lines.offset(item.range.end)),
        line: item.range.start.line + 1,
        column: item.range.start.character + 1,
        ...said,
      };
    });
}
