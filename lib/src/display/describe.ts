import { inspect } from 'node:util';

/** What came, for messages: its kind and, where short, its value. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return 'a function';
  const text = inspect(value, { depth: 0, maxArrayLength: 3, maxStringLength: 30, breakLength: Infinity });
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
