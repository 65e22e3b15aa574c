import type { Analysis } from '../types.js';
import { importsOf, type Cell, type Cells } from './cells.js';

/** So many cells that are not needed now may stay imported. */
const KEPT = 8;

/**
 * The file in which cells are checked, each in the place of the one before. The compiler keeps its program as long as the
 * imports of this file stay the same, and else makes it anew, which costs more than most checks. So cells stay imported
 * after their names are needed no more, the least recently used ones being left out when the imports change anyway.
 */
export class CheckFile {
  /** In the order of the imports; the value is when it was last needed. */
  readonly #imported = new Map<Cell, number>();
  #time = 0;

  constructor(
    readonly name: string,
    private readonly cells: Cells,
  ) {}

  /** The cell's text, followed by imports of what it uses of earlier cells. */
  text(analysis: Analysis): string {
    const used = this.cells.used(analysis);
    this.need(used.map(([, { cell }]) => cell));
    return `${analysis.code}\n;${importsOf(used, [...this.#imported.keys()], '')}`;
  }

  /**
   * The imports first: after a block that is still open, as while one types, they would not be any.
   * @returns The text, and how far the cell's own stands from its start.
   */
  textWhileTyping(analysis: Analysis): { text: string; shift: number } {
    if (analysis.syntaxErrors.length === 0) return { text: this.text(analysis), shift: 0 };
    const imports = `${this.text(analysis).slice(analysis.code.length + 2)}\n`;
    return { text: imports + analysis.code, shift: imports.length };
  }

  /** Has cells imported. @param pinned They stay so. @returns Whether the imports change. */
  need(cells: readonly Cell[], pinned = false): boolean {
    const time = ++this.#time;
    let changed = false;
    for (const cell of cells) {
      const before = this.#imported.get(cell);
      if (before === undefined) {
        cell.users++;
        changed = true;
      }
      if (before !== Infinity) this.#imported.set(cell, pinned ? Infinity : time);
    }
    if (changed) this.#leaveOut(time);
    return changed;
  }

  #leaveOut(time: number): void {
    const idle = [...this.#imported].filter(([, last]) => last < time).sort(([, a], [, b]) => b - a);
    idle.forEach(([cell], i) => {
      // One user is this import: nobody else needs it.
      if (i < KEPT && cell.users > 1) return;
      this.#imported.delete(cell);
      this.cells.release(cell);
    });
  }
}
