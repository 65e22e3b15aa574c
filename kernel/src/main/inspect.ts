import { inspect, types } from 'node:util';

/** UTF-16 units of text that a value may take. */
const MAX_TEXT = 200_000;
/** Entries of objects, arrays, maps and sets, over all levels, that are printed. */
const MAX_ENTRIES = 10_000;
/** Entries that node prints of one array, map or set. */
const PER_LIST = 100;
const MAX_KEYS = 1000;
const MAX_DEPTH = 2;

/** The value as node's `inspect` shows it, bounded in time and size; never throws. */
export function inspectBounded(value: unknown): string {
  try {
    return cut(isObject(value) ? object(value) : inspect(value, { maxStringLength: MAX_TEXT }));
  } catch (error) {
    return `[a value that cannot be shown: ${message(error)}]`;
  }
}

export function message(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error, { depth: 0 });
  } catch {
    return 'an error that cannot be shown';
  }
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

function object(value: object): string {
  // What a proxy's traps would do is not known; node shows its target without them.
  if (types.isProxy(value)) return inspect(value, { depth: 0 });
  let depth = MAX_DEPTH;
  while (depth > 0 && entries(value, depth, MAX_ENTRIES) <= 0) depth -= 1;
  const options = { depth, maxArrayLength: PER_LIST, maxStringLength: depth > 0 ? 10_000 : 1000 };
  const keys = Array.isArray(value) || ArrayBuffer.isView(value) ? [] : Object.keys(value);
  if (keys.length <= MAX_KEYS) return inspect(value, options);
  const part = Object.create(Object.getPrototypeOf(value) as object | null) as object;
  for (const key of keys.slice(0, MAX_KEYS)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property) Object.defineProperty(part, key, property);
  }
  return `${inspect(part, options)}\n… ${keys.length - MAX_KEYS} more properties`;
}

/** What is left of `budget` after counting what would be printed down to `depth`; getters are not called. */
function entries(value: unknown, depth: number, budget: number): number {
  if (!isObject(value) || depth < 0 || types.isProxy(value) || ArrayBuffer.isView(value)) return budget;
  let left = budget;
  const visit = (child: unknown): void => {
    left = entries(child, depth - 1, left - 1);
  };
  if (types.isMap(value)) {
    let n = 0;
    for (const [key, item] of Map.prototype.entries.call(value)) {
      if (n++ >= PER_LIST || left <= 0) break;
      visit(key);
      visit(item);
    }
  } else if (types.isSet(value)) {
    let n = 0;
    for (const item of Set.prototype.values.call(value)) {
      if (n++ >= PER_LIST || left <= 0) break;
      visit(item);
    }
  }
  const list = Array.isArray(value);
  const keys = list
    ? Array.from({ length: Math.min(value.length, PER_LIST) }, (_, i) => String(i))
    : Object.keys(value);
  // The outermost object is cut to as many.
  for (const key of depth === MAX_DEPTH ? keys.slice(0, MAX_KEYS) : keys) {
    if (left <= 0) break;
    visit(Object.getOwnPropertyDescriptor(value, key)?.value);
  }
  return left;
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)}… ${text.length - MAX_TEXT} more characters`;
}
