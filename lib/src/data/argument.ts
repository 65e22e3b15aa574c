/** Shows a value in an error message: short, on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (Array.isArray(value))
    return `[${value.slice(0, 6).map(shown).join(', ')}${value.length > 6 ? ', …' : ''}]`;
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'object';
  return String(value);
}

/** A bad argument: the message names it, says what came and what is allowed, and may add what to do. */
export class ArgumentError extends RangeError {
  override readonly name = 'ArgumentError';

  constructor(
    readonly argument: string,
    got: string,
    expected: string,
    advice = '',
  ) {
    super(`${argument}: got ${got}, expected ${expected}.${advice === '' ? '' : ` ${advice}`}`);
  }
}

/** Checks a whole number within bounds. @returns the number @throws ArgumentError */
export function checkInteger(
  argument: string,
  value: unknown,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new ArgumentError(argument, shown(value), `a whole number ${bounds}`);
}

/** Checks a finite number above (or, with `orEqual`, from) `min`. @returns the number @throws ArgumentError */
export function checkNumber(argument: string, value: unknown, min = -Infinity, orEqual = true): number {
  const ok = typeof value === 'number' && Number.isFinite(value) && (orEqual ? value >= min : value > min);
  if (ok) return value;
  const bound = min === -Infinity ? '' : orEqual ? ` of at least ${min}` : ` greater than ${min}`;
  throw new ArgumentError(argument, shown(value), `a finite number${bound}`);
}

/** Checks that `value` is one of `allowed`; suggests the nearest one for a slip of the pen. @throws ArgumentError */
export function checkChoice<T extends string>(argument: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  const near = typeof value === 'string' ? nearest(value, allowed) : undefined;
  throw new ArgumentError(
    argument,
    shown(value),
    `one of ${allowed.join(', ')}`,
    near === undefined ? '' : `Did you mean ${JSON.stringify(near)}?`,
  );
}

/** Refuses options that are not known, so that a misspelt one is not silently ignored. @throws ArgumentError */
export function checkOptions(argument: string, options: object, allowed: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key)) checkChoice(`${argument} option`, key, allowed);
  }
}

function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const scored = candidates.map((candidate) => ({ candidate, d: distance(plain(word), plain(candidate)) }));
  scored.sort((a, b) => a.d - b.d);
  const best = scored[0];
  return best !== undefined && best.d <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] as number) + 1, (row[j - 1] as number) + 1, change));
    }
    previous = row;
  }
  return previous[b.length] as number;
}
