/** What a module that is named with `--preload` exports. */
export interface Preload {
  /** Import specifiers that it answers for in cells; `types`: the declaration file (absolute path), default as resolved. */
  readonly provides: Readonly<Record<string, { types?: string }>>;
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
