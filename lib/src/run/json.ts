/** A JSON value; in it non-finite numbers are the strings "NaN", "Infinity" and "-Infinity". */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `value` as JSON takes it: non-finite numbers by name. */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The number that {@link jsonNumber} wrote. `undefined` when it is neither a number nor such a name. */
export function numberFromJson(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  return undefined;
}

/** A copy of plain data with every non-finite number replaced by its name, functions and `undefined` left out. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(toJson);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, jsonNumber);
  if (typeof value === 'object') {
    const object: Record<string, Json> = {};
    for (const [key, entry] of Object.entries(value as object)) {
      if (entry !== undefined && typeof entry !== 'function') object[key] = toJson(entry);
    }
    return object;
  }
  return String(value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
