/** Declaration files of a provided module, absolute paths. */
export interface Declarations {
  /** Default: as the compiler resolves the specifier. */
  readonly types?: string;
  /** The same in one file, which is read faster, for a compiler that takes it for every import of the specifier, also in packages. */
  readonly bundle?: string;
}

/** What a module that is named with `--preload` exports. */
export interface Preload {
  /** Import specifiers that it answers for in cells. */
  readonly provides: Readonly<Record<string, Declarations>>;
  /** Called once, awaited before the first cell that imports any of `provides`. Gives the module objects by specifier. */
  load(context: { cwd: string }): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Steps that make `load` faster. The kernel runs them in order, one at a time, while it has nothing else to do; perhaps never.
   * A step must not decide anything that the user's code may still decide, and must write nothing; what it throws is dropped.
   */
  readonly warm?: readonly ((context: { cwd: string }) => unknown)[];
  /**
   * Taken before a cell runs; what it gives is called when an interrupt has ended the cell.
   * @param cell Id of its execute request; undefined: no cell runs.
   */
  guard?(cell: string | undefined): () => void;
}
