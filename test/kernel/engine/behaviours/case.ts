/** What a notebook does, on both engines unless it says otherwise. */
export interface Case {
  readonly name: string;
  /** The last one is what is looked at; all others must end well. */
  readonly cells: readonly string[];
  /** Value of the last expression; left out: not looked at, unless there is neither `stdout` nor `error`. */
  readonly value?: unknown;
  readonly stdout?: string;
  /** Matches the error's name and text. */
  readonly error?: RegExp;
  /** Where tslab differs, and why; it is tested that it does. */
  readonly tslab?: Difference;
}

export interface Difference {
  readonly because: string;
  /** tslab reports this error, in any cell of the case. */
  readonly error?: RegExp;
  readonly value?: unknown;
}
