import { SourceMap, type SourceMapPayload } from 'node:module';

const EMPTY: SourceMapPayload = {
  file: '',
  version: 3,
  sources: ['cell'],
  sourcesContent: [],
  names: [],
  mappings: '',
  sourceRoot: '',
};

/** A place in a cell: line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Finds places of one cell's source. */
export class Mapper {
  #maps: readonly SourceMap[] | undefined;
  readonly #mappings: readonly string[];

  /**
   * @param payloads Source maps, that of the last pass first. They are read when a place is first asked for.
   * @param prefix Characters in front of the first line of what runs.
   * @param added Lines in front of the first line of the source that was compiled.
   * @param lines Lines of what was compiled; the wrapper's end follows.
   */
  constructor(
    payloads: readonly SourceMapPayload[],
    private readonly prefix: number,
    private readonly added: number,
    private readonly lines: number,
  ) {
    // Without the sources in them: there is one of these for each cell.
    this.#mappings = payloads.map(({ mappings }) => mappings);
  }

  /** Whether the place is in the wrapper around the cell's code. */
  isWrapper(line: number, column: number): boolean {
    return line > this.lines || (line === 1 && column <= this.prefix);
  }

  /** @param line, column From 1, as in a stack trace. */
  find(line: number, column: number): Place | undefined {
    this.#maps ??= this.#mappings.map((mappings) => new SourceMap({ ...EMPTY, mappings }));
    let at = { line: line - 1, column: Math.max(0, column - 1 - (line === 1 ? this.prefix : 0)) };
    for (const map of this.#maps) {
      const entry = map.findEntry(at.line, at.column);
      if (!('originalLine' in entry)) return undefined;
      at = { line: entry.originalLine, column: entry.originalColumn };
    }
    const found = at.line - this.added;
    return found < 0 ? undefined : { line: found + 1, column: at.column + 1 };
  }
}
