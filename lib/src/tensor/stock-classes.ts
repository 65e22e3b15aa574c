import type { TensorFlow } from './types.js';

let stock: ReadonlySet<unknown> | undefined;

/** Notes the classes that TensorFlow.js has registered: its own, as long as no other code has run. The first call counts. */
export function noteStockClasses(tf: TensorFlow): void {
  stock ??= new Set(
    Object.values(tf.serialization.SerializationMap.getMap().classNameMap).map(([type]) => type),
  );
}

/** Whether an object is of one of TensorFlow.js's own classes: a layer, a regularizer, an optimizer. */
export const isStock = (object: object): boolean => stock?.has(object.constructor) ?? false;

const DEPTH = 6;
/** The one function among what TensorFlow.js's own layers hold (`tf.layers.softmax`); another has been put there. */
const STOCK_FUNCTION = 'softmax';

/** Whether a layer is TensorFlow.js's own, with all that it is made of: activations, regularizers, wrapped layers. */
export function isStockLayer(layer: object): boolean {
  const seen = new Set<object>();
  const foreign = (part: unknown, depth: number): boolean => {
    if (typeof part !== 'object' || part === null || seen.has(part) || depth > DEPTH) return false;
    if (Array.isArray(part)) return part.some((one) => foreign(one, depth));
    if (!('getClassName' in part)) return false; // not something that a layer is made of
    seen.add(part);
    if (!isStock(part)) return true;
    return Object.entries(part).some(([name, one]) =>
      typeof one === 'function' ? name !== STOCK_FUNCTION : foreign(one, depth + 1),
    );
  };
  return !foreign(layer, 0);
}
