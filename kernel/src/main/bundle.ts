import { inspect } from 'node:util';
import { isRecord, type Content } from '../wire/message.js';

const DISPLAY = Symbol.for('Jupyter.display');

/**
 * The MIME bundle of a value: what its `[Symbol.for('Jupyter.display')]()` gives, or text.
 * @throws TypeError when that method gives something else than an object.
 */
export async function toBundle(value: unknown): Promise<Content> {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
    const method: unknown = (value as { [DISPLAY]?: unknown })[DISPLAY];
    if (typeof method === 'function') {
      const bundle: unknown = await method.call(value);
      if (!isRecord(bundle)) {
        throw new TypeError(
          `[Symbol.for("Jupyter.display")]() must give an object of MIME types; it gave ${inspect(bundle)}.`,
        );
      }
      return 'text/plain' in bundle ? bundle : { ...bundle, 'text/plain': inspect(value, { depth: 0 }) };
    }
  }
  return { 'text/plain': inspect(value, { maxStringLength: 100_000 }) };
}
