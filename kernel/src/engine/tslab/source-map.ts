import { SourceMap, type SourceMapPayload } from 'node:module';

/** From the CommonJS that runs to the JavaScript of the first pass, and from there to the cell's TypeScript. */
export interface CellMaps {
  readonly typescript: SourceMapPayload;
  readonly commonjs: SourceMapPayload;
}

/** A place in a cell: line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const COMMENT = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)/;

export function takeInlineMap(input: string): { code: string; map: SourceMapPayload | undefined } {
  const found = COMMENT.exec(input);
  if (found?.[1] === undefined) return { code: input, map: undefined };
  const map = JSON.parse(Buffer.from(found[1], 'base64').toString('utf8')) as SourceMapPayload;
  return { code: input.replace(COMMENT, ''), map };
}

/** Finds places of one cell's source. */
export class Mapper {
  readonly #first: SourceMap;
  readonly #second: SourceMap;

  /**
   * @param prefix Characters in front of the first line of what runs.
   * @param added Lines in front of the first line of the source that was compiled.
   */
  constructor(
    maps: CellMaps,
    private readonly prefix: number,
    private readonly added: number,
    /** Lines of what was compiled; the wrapper's end follows. */
    private readonly lines: number,
  ) {
    this.#first = new SourceMap(maps.commonjs);
    this.#second = new SourceMap(maps.typescript);
  }

  /** Whether the place is in the wrapper around the cell's code. */
  isWrapper(line: number, column: number): boolean {
    return line > this.lines || (line === 1 && column <= this.prefix);
  }

  /** @param line, column From 1, as in a stack trace. */
  find(line: number, column: number): Place | undefined {
    const at = column - 1 - (line === 1 ? this.prefix : 0);
    const middle = this.#first.findEntry(line - 1, Math.max(0, at));
    if (!('originalLine' in middle)) return undefined;
    const source = this.#second.findEntry(middle.originalLine, middle.originalColumn);
    if (!('originalLine' in source)) return undefined;
    const found = source.originalLine - this.added;
    return found < 0 ? undefined : { line: found + 1, column: source.originalColumn + 1 };
  }
}
