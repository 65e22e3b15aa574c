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
