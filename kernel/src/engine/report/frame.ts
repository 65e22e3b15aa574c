/** Line and column, from 1, of an offset in UTF-16 units. */
export function lineAndColumn(code: string, offset: number): { line: number; column: number } {
  const before = code.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

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
