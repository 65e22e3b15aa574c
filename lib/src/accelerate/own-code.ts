import { isStock } from '../tensor/stock-classes.js';
import type { TensorFlow } from '../tensor/types.js';
import type { FitModel } from './model.js';

const DEPTH = 6;
/** The one function among what TensorFlow.js's own layers hold (`tf.layers.softmax`); another has been put there. */
const STOCK_FUNCTION = 'softmax';

/**
 * Whether code that is not TensorFlow.js's own takes part in a model's training step: a loss, a metric, a layer, an
 * activation, a regularizer, an optimizer. Such code may take numbers from JavaScript that change.
 */
export function hasOwnCode(tf: TensorFlow, model: FitModel): boolean {
  const known = new Set<unknown>([...Object.values(tf.losses), ...Object.values(tf.metrics)]);
  const own = (part: unknown): boolean => {
    if (typeof part === 'function') return !known.has(part);
    return typeof part === 'object' && part !== null && Object.values(part).some(own);
  };
  if (own(model.loss) || own(model.metrics) || !isStock(model.optimizer_)) return true;
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
  return model.layers.some((layer) => foreign(layer, 0));
}
