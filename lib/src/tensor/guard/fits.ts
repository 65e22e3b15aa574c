import { aroundTraining } from '../train-function.js';
import type { TensorFlow } from '../types.js';

/** The parts of a layers model that training with TensorFlow.js's own `fit` uses. */
interface Model {
  isTraining: boolean;
  fit(...args: unknown[]): Promise<unknown>;
  fitDataset(...args: unknown[]): Promise<unknown>;
}

/** One call of a model's `fit` that has not ended. */
interface Fit {
  readonly model: Model;
  readonly cell: string;
  interrupted: boolean;
}

/** Marks errors that an interrupt has caused. */
const INTERRUPTED: unique symbol = Symbol.for('gradoscope.interrupted');

/** Thrown into a `fit` whose cell is over; a kernel shows it nowhere. */
class FitInterrupted extends Error {
  override readonly name = 'KeyboardInterrupt';
  readonly [INTERRUPTED] = true;

  constructor() {
    super('The cell that trains this model was interrupted.');
  }
}

/**
 * Follows the `fit` and `fitDataset` of TensorFlow.js's models. It knows no interrupts: its loop would train on after the cell is
 * over, or, when it was cut in the middle, the model would refuse any other ("another fit() call is ongoing").
 * @param cell names the cell whose code is running
 * @returns ends those that a cell has begun: at their next batch, and the models can be trained anew at once
 */
export function watchFits(tf: TensorFlow, cell: () => string): (cell: string) => void {
  const going = new Set<Fit>();
  const latest = new WeakMap<object, Fit>();
  const prototype = tf.LayersModel.prototype as unknown as Model;

  for (const name of ['fit', 'fitDataset'] as const) {
    const method = prototype[name] as (this: Model, ...args: unknown[]) => Promise<unknown>;
    const followed = async function (this: Model, ...args: unknown[]): Promise<unknown> {
      if (this.isTraining) return method.apply(this, args); // which throws
      const fit: Fit = { model: this, cell: cell(), interrupted: false };
      going.add(fit);
      latest.set(this, fit);
      try {
        return await method.apply(this, args);
      } finally {
        forget(fit);
      }
    };
    Object.defineProperty(prototype, name, { value: followed, configurable: true, writable: true });
  }

  aroundTraining(tf, 'watching', (model, train) => {
    const fit = latest.get(model);
    return (data) => {
      if (fit?.interrupted) throw new FitInterrupted();
      return train(data);
    };
  });

  const forget = (fit: Fit): void => {
    going.delete(fit);
    if (latest.get(fit.model) === fit) latest.delete(fit.model);
  };
  return (over) => {
    for (const fit of going) {
      if (fit.cell !== over) continue;
      fit.interrupted = true;
      fit.model.isTraining = false;
      forget(fit);
    }
  };
}
