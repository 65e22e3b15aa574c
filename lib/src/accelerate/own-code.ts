import { isStock, isStockLayer } from '../tensor/stock-classes.js';
import type { TensorFlow } from '../tensor/types.js';
import type { FitModel } from './model.js';

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
  return !model.layers.every(isStockLayer);
}
