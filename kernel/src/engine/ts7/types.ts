/** What the parts of this engine say to each other. Offsets are in UTF-16 units of the cell's source. */

export type DeclaredKind =
  'const' | 'let' | 'var' | 'function' | 'class' | 'enum' | 'namespace' | 'import' | 'interface' | 'type';

/** A name that a cell declares at its top level; a destructuring pattern declares several. */
export interface Declared {
  readonly name: string;
  readonly kind: DeclaredKind;
  /** A type only: nothing of it is there at run time. */
  readonly typeOnly: boolean;
}

/** What the parser finds in a cell's source. */
export interface Analysis {
  readonly code: string;
  /** Parsed as TypeScript with JSX. */
  readonly jsx: boolean;
  readonly declared: readonly Declared[];
  /** Identifiers, of values and of types, that the cell uses and does not bind itself. */
  readonly free: ReadonlySet<string>;
  /** Specifiers of static imports, re-exports, `import()` and `require()` with a literal. */
  readonly imports: readonly string[];
  readonly topLevelAwait: boolean;
  /** `// @ts-nocheck` stands before the first statement. */
  readonly noCheck: boolean;
  readonly syntaxErrors: readonly Diagnostic[];
}

export interface Diagnostic {
  /** Absolute path of another file; undefined: the cell itself. */
  readonly file?: string;
  readonly start: number;
  readonly end: number;
  /** Line and column from 1, for files whose text is not at hand. */
  readonly line: number;
  readonly column: number;
  readonly code: number | undefined;
  readonly message: string;
}

/** Types: a process of its own that knows all cells. */
export interface Checker {
  warm(): void;
  /** Checks a cell against all that were committed before; nothing is kept. */
  check(analysis: Analysis): Promise<readonly Diagnostic[]>;
  /** The cell last checked has begun to run: its declarations are visible to later cells. */
  commit(analysis: Analysis): void;
  complete(analysis: Analysis, offset: number): Promise<CheckerCompletion>;
  /** Signature, JSDoc in Markdown and as plain text; undefined: nothing known. */
  inspect(analysis: Analysis, offset: number): Promise<{ markdown: string; plain: string } | undefined>;
  close(): void;
}

export interface CheckerCompletion {
  readonly matches: readonly string[];
  readonly kinds: readonly string[];
  readonly start: number;
  readonly end: number;
}

export interface CheckerOptions {
  /** The notebook's folder. */
  readonly cwd: string;
  /** `node_modules` folders that are searched after those of the working directory. */
  readonly roots: readonly string[];
  /** Declaration files (absolute) by import specifier; they win over any package. */
  readonly types: ReadonlyMap<string, string>;
  /** What cells find predeclared: absolute paths of declaration files, or declarations as text. */
  readonly ambient: readonly string[];
}
