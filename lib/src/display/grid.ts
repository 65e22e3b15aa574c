import { escapeMarkup } from './escape.js';

/** A table of texts. */
export interface Grid {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns that are set to the right. */
  readonly right: readonly boolean[];
  /** What it shows, in one line above it (default none). */
  readonly title?: string;
  /** What it leaves out, in one line below it (default none). */
  readonly note?: string;
}

/** The grid in HTML; every text is escaped. JupyterLab has the style of tables. */
export function gridHtml({ head, rows, right, title, note }: Grid): string {
  const cell = (tag: 'td' | 'th', text: string, i: number): string =>
    `<${tag} style="text-align:${right[i] ? 'right' : 'left'}">${escapeMarkup(text)}</${tag}>`;
  const row = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((text, i) => cell(tag, text, i)).join('')}</tr>`;
  const line = (text: string | undefined): string =>
    text === undefined ? '' : `<div>${escapeMarkup(text)}</div>`;
  const top = head.length > 0 ? `<thead>${row('th', head)}</thead>` : '';
  const body = `<tbody>${rows.map((cells) => row('td', cells)).join('')}</tbody>`;
  return `<div>${line(title)}<table>${top}${body}</table>${line(note)}</div>`;
}

/** The grid in aligned columns of a fixed-width font. */
export function gridText({ head, rows, right, title, note }: Grid): string {
  const all = head.length > 0 ? [head, ...rows] : rows;
  const widths = right.map((_, i) => Math.max(0, ...all.map((cells) => width(cells[i] ?? ''))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - width(text));
        return right[i] ? space + text : text + space;
      })
      .join('  ')
      .trimEnd();
  const rule = head.length > 0 ? [widths.map((n) => '─'.repeat(n)).join('  ')] : [];
  const lines = all.map(line);
  const body = head.length > 0 ? [...lines.slice(0, 1), ...rule, ...lines.slice(1)] : lines;
  return [...(title === undefined ? [] : [title]), ...body, ...(note === undefined ? [] : [note])].join('\n');
}

const width = (text: string): number => Array.from(text).length;

/** A whole number with its thousands set apart, as English does. */
export const grouped = (n: number): string => n.toLocaleString('en-US');

/** A number in at most `digits` significant digits. */
export function short(n: number, digits = 6): string {
  if (Number.isInteger(n) && Math.abs(n) < 1e15) return String(n);
  if (!Number.isFinite(n)) return String(n);
  const rounded = Number(n.toPrecision(digits));
  return String(rounded);
}
