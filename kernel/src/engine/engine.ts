import type { ErrorReport } from '../shared/protocol.js';
import type { Content } from '../wire/message.js';
import type { Scope } from '../main/scope.js';

/** The value of a cell's last expression, when it has one. */
export type Outcome =
  | { readonly status: 'ok'; readonly value?: { readonly value: unknown } }
  | { readonly status: 'error'; readonly error: ErrorReport };

export interface Completion {
  readonly matches: readonly string[];
  /** UTF-16 offsets of what a match replaces. */
  readonly start: number;
  readonly end: number;
  /** Kind of each match, such as `function`, by position. */
  readonly kinds: readonly string[];
}

export type Completeness =
  { readonly status: 'complete' | 'invalid' } | { readonly status: 'incomplete'; readonly indent: string };

/** A language: what the message layer needs of it. Offsets are in UTF-16 units. */
export interface Engine {
  /** Gets ready, so that the first cell need not wait; safe to call at any time. */
  warm(): void;
  /** This source will be executed next: what another process does for it may begin. */
  ahead?(code: string): void;
  /** Specifiers that the source imports, without running it. */
  imports(code: string): readonly string[];
  /**
   * Runs a cell; it may never settle when the cell is ended from outside.
   * @param begin Called once the source is compiled, before any of it runs; false: it must not run.
   */
  execute(code: string, scope: Scope, begin: () => boolean): Promise<Outcome>;
  complete(code: string, offset: number): Completion | Promise<Completion>;
  /** A MIME bundle that describes what stands at the offset; undefined: nothing known. */
  inspect(code: string, offset: number): Content | undefined | Promise<Content | undefined>;
  isComplete(code: string): Completeness | Promise<Completeness>;
  /** The cell that runs was ended from outside. */
  interrupt(): void;
  /** How a thrown value is reported to the client. */
  report(error: unknown): ErrorReport;
  /** Printed text with the places of stacks in terms of cells. */
  explain(text: string): string;
  close(): void;
}
