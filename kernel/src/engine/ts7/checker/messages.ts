import type { DeclaredKind } from '../types.js';
import { ALIAS, FILE } from './cells.js';

const IMPORT = new RegExp(`import\\("[^"]*${FILE}[^"]*"\\)\\.`, 'g');
const ALIASED = new RegExp(`${ALIAS}_?\\b`, 'g');
const ASSIGN_TO_IMPORT = 2632;

/** Takes out of a text what only the generated parts know. */
export function clean(text: string): string {
  return text.replace(IMPORT, '').replace(ALIASED, '');
}

/** A name of an earlier cell is an import to the compiler only: an assignment is wrong for its own reason. */
export function reword(
  code: number | undefined,
  message: string,
  kindOf: (name: string) => DeclaredKind | undefined,
): { code: number | undefined; message: string } {
  const name = code === ASSIGN_TO_IMPORT ? /'([^']+)'/.exec(message)?.[1] : undefined;
  const kind = name === undefined ? undefined : kindOf(name);
  if (name === undefined || kind === undefined) return { code, message: clean(message) };
  switch (kind) {
    case 'const':
      return { code: 2588, message: `Cannot assign to '${name}' because it is a constant.` };
    case 'class':
      return { code: 2629, message: `Cannot assign to '${name}' because it is a class.` };
    case 'enum':
      return { code: 2628, message: `Cannot assign to '${name}' because it is an enum.` };
    case 'function':
      return { code: 2630, message: `Cannot assign to '${name}' because it is a function.` };
    case 'namespace':
      return { code: 2631, message: `Cannot assign to '${name}' because it is a namespace.` };
    default:
      return { code, message: clean(message) };
  }
}
