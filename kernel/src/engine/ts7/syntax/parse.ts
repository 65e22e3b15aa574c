import { createRequire } from 'node:module';
import type * as Oxc from 'oxc-parser' with { 'resolution-mode': 'import' };
import type { Node } from './ast.js';

export type Language = 'ts' | 'tsx' | 'js' | 'jsx';

export interface Comment {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

export interface SyntaxError {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface Parsed {
  readonly program: Node;
  readonly comments: readonly Comment[];
  readonly errors: readonly SyntaxError[];
}

const load = createRequire(__filename);
let oxc: typeof Oxc | undefined;

/** Parses a module. @param strict Also report what only a look at all names shows, such as a `break` outside of a loop. */
export function parse(code: string, lang: Language, strict = false): Parsed {
  oxc ??= load('oxc-parser') as typeof Oxc;
  const result = oxc.parseSync(`cell.${lang}`, code, {
    lang,
    sourceType: 'module',
    showSemanticErrors: strict,
  });
  const errors = result.errors
    .filter((error) => (error.severity as string) === 'Error')
    .map(({ message, labels, helpMessage }) => ({
      message: helpMessage === null ? message : `${message}. ${helpMessage}`,
      start: labels[0]?.start ?? 0,
      end: labels[0]?.end ?? 0,
    }));
  return { program: result.program as unknown as Node, comments: result.comments, errors };
}
