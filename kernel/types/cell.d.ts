/** What a cell sees without importing it. Its own declarations, and those of earlier cells, win over these. */

/** An output on the page that can be replaced. */
interface CellDisplayHandle {
  readonly id: string;
  /** Shows another value in the place of the first, in every cell and on every page that shows it. */
  update(value: unknown): void;
}

/**
 * Shows a value below the cell: rich where it has a method `[Symbol.for('Jupyter.display')]()` that gives an object of
 * MIME types (or a promise of one), else as text. `gradoscope/display` has `html`, `md`, `table` and others that make such values.
 * @param options.id Name of the output, by which it can be updated. Default: a random one.
 * @param options.update Replace what is shown under `id`, instead of showing it anew. Default false.
 * @throws TypeError when an option is of another type.
 */
declare function display(value: unknown, options?: { id?: string; update?: boolean }): CellDisplayHandle;
