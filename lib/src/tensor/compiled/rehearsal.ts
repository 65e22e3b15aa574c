import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';

interface Maker {
  makeVariable(...args: unknown[]): Variable;
}

/**
 * Runs code that changes variables, and takes the changes back: also those of variables that it makes, which stay, with
 * the values that they began with.
 */
export function rehearse<T>(tf: TensorFlow, f: () => T): T {
  const engine = tf.engine();
  const maker = engine as unknown as Maker;
  const values = new Map<Variable, Tensor>();
  const note = (variable: Variable): void => void values.set(variable, tf.keep(tf.clone(variable)));
  Object.values(engine.registeredVariables).forEach(note);
  const make = maker.makeVariable;
  maker.makeVariable = function (...args) {
    const variable = make.apply(this, args);
    note(variable);
    return variable;
  };
  try {
    return f();
  } finally {
    maker.makeVariable = make;
    for (const [variable, value] of values) {
      if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value);
      value.dispose();
    }
  }
}
