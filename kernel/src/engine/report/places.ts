import type { Mapper } from './mapper.js';

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

export type FindCell = (id: string) => CellSource | undefined;
/** Where another compiled file came from. */
export type FindFile = (file: string) => Mapper | undefined;

/** The innermost place in a cell. */
interface Top {
  readonly source: CellSource;
  readonly line: number;
  readonly column: number;
}

const MARK = 'gradoscope-cell-';
const PLACE = /gradoscope-cell-([\d-]+)\.js:(\d+):(\d+)/g;
/** The place at the end of a frame. */
const FILE_PLACE = /((?:[A-Za-z]:)?[\\/][^():]+):(\d+):(\d+)(?=\)?$)/;
const INTERNAL =
  /[\\/](?:gradoscope-kernel|kernel)[\\/]dist[\\/]|[\\/]tslab[\\/]dist[\\/]|\(node:|at node:|at new Promise \(<anonymous>\)|evalmachine\.<anonymous>/;

/** Text with stacks in it, in terms of cells. */
export function explain(text: string, find: FindCell, files?: FindFile): string {
  return text.includes(MARK) ? inCells(text, find, files).lines.join('\n') : text;
}

/** A text's places in scripts as places in cells, and its stacks without the kernel's own frames. */
export function inCells(
  text: string,
  find: FindCell,
  files?: FindFile,
): { lines: readonly string[]; top: Top | undefined } {
  let top: Top | undefined;
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const isFrame = /^\s*at /.test(line);
    if (isFrame && !line.includes(MARK) && INTERNAL.test(line)) {
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
  return { lines, top };
}

const place =
  (files: FindFile) =>
  (raw: string, file: string, line: string, column: string): string => {
    const at = files(file)?.find(Number(line), Number(column));
    return at ? `${file}:${at.line}:${at.column}` : raw;
  };
