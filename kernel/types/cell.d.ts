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

/**
 * Asks the user for a line of text. Works while the cell runs, also after an `await`; interrupting the cell ends it.
 * @param prompt Shown before the field. Default: none.
 * @throws Error when the client takes no input, as in a notebook that is executed without a page.
 */
declare function input(prompt?: string): Promise<string>;

/** As `input`, for a secret: what is typed is not shown. */
declare function password(prompt?: string): Promise<string>;
