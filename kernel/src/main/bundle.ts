import { isRecord, type Content } from '../wire/message.js';
import { inspectBounded, message } from './inspect.js';

const DISPLAY = Symbol.for('Jupyter.display');
const NAME = '[Symbol.for("Jupyter.display")]()';

/**
 * The MIME bundle of a value: what its `[Symbol.for('Jupyter.display')]()` gives, or text. Never throws: where that
 * method fails, the text says so.
 */
export function toBundle(value: unknown): Content | Promise<Content> {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return plain(value);
  const method = methodOf(value);
  if (typeof method !== 'function') return plain(value);
  try {
    const given: unknown = method.call(value);
    if (!isThenable(given)) return checked(value, given);
    return Promise.resolve(given).then(
      (bundle) => checked(value, bundle),
      (error: unknown) => asText(value, error),
    );
  } catch (error) {
    return asText(value, error);
  }
}

/** The value as text, and why it is not shown in a richer form. */
export function asText(value: unknown, error: unknown): Content {
  return { 'text/plain': `${inspectBounded(value)}\n${NAME} failed: ${message(error)}` };
}

let errorText: (error: Error) => string = inspectBounded;

/** Sets how an error is shown that is a value: its places in terms of cells, which the engine knows. */
export function showErrorsWith(f: (error: Error) => string): void {
  errorText = f;
}

function plain(value: unknown): Content {
  if (value instanceof Error) {
    try {
      return { 'text/plain': errorText(value) };
    } catch {
      // As any other value, then.
    }
  }
  return { 'text/plain': inspectBounded(value) };
}

/** A getter, or a proxy, that throws has none. */
function methodOf(value: object): unknown {
  try {
    return (value as { [DISPLAY]?: unknown })[DISPLAY];
  } catch {
    return undefined;
  }
}

function checked(value: unknown, given: unknown): Content {
  if (!isRecord(given) || Object.keys(given).length === 0) {
    const problem = `it must give an object of MIME types; it gave ${inspectBounded(given)}`;
    return asText(value, new TypeError(problem));
  }
  const bundle: Record<string, unknown> = {};
  try {
    for (const [type, data] of Object.entries(given))
      bundle[type] = data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data;
    if (bundle['text/plain'] === undefined) bundle['text/plain'] = inspectBounded(value);
    return bundle;
  } catch (error) {
    return asText(value, error);
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
