import type { AdamOptimizer, Tensor, Variable } from '@tensorflow/tfjs';
import { attributesOf, present, type Registrar } from './override.js';

/** What is used of TensorFlow.js's optimizer. */
interface Adam {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly accBeta1: Variable;
  readonly accBeta2: Variable;
  readonly accumulatedFirstMoment: Slot[];
  readonly accumulatedSecondMoment: Slot[];
  incrementIterations(): void;
}

interface Slot {
  readonly originalName: string;
  readonly variable: Variable;
}

type Gradients = Parameters<AdamOptimizer['applyGradients']>[0];

/** One operation for each variable in the place of fourteen, with the same result bit by bit. */
export function overrideAdam(registrar: Registrar): void {
  const { tf, allows } = registrar;
  const { prototype } = tf.AdamOptimizer;
  const stock = prototype.applyGradients;
  prototype.applyGradients = function (this: AdamOptimizer, gradients: Gradients): void {
    const adam = this as unknown as Adam;
    const updates =
      allows('own') && tf.getBackend() === 'tensorflow' && updatesOf(registrar, adam, gradients);
    if (!updates) return stock.call(this, gradients);
    tf.tidy(() => apply(registrar, adam, updates));
    adam.incrementIterations();
  };
}

interface Update {
  readonly value: Variable;
  readonly gradient: Tensor;
  readonly place: number;
}

/** undefined: something is of another type or size. */
function updatesOf({ tf }: Registrar, adam: Adam, gradients: Gradients): Update[] | undefined {
  const named = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
  const updates: Update[] = [];
  for (const [place, { name, tensor }] of named.entries()) {
    const value = tf.engine().registeredVariables[name];
    if (!value) return undefined;
    makeSlot(tf, adam.accumulatedFirstMoment, place, value, `${name}/m`);
    makeSlot(tf, adam.accumulatedSecondMoment, place, value, `${name}/v`);
    if ((tensor as Tensor | null | undefined) == null) continue;
    if (value.dtype !== 'float32' || tensor.dtype !== 'float32' || value.size !== tensor.size)
      return undefined;
    updates.push({ value, gradient: tensor, place });
  }
  return updates;
}

function makeSlot(tf: Registrar['tf'], slots: Slot[], place: number, like: Variable, name: string): void {
  slots[place] ??= {
    originalName: name,
    variable: tf.tidy(() => tf.zerosLike(like).variable(false)),
  };
}

function apply(registrar: Registrar, adam: Adam, updates: readonly Update[]): void {
  const { tf } = registrar;
  const backend = present(registrar);
  const { beta1, beta2, epsilon, accBeta1, accBeta2 } = adam;
  const numbers = { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon };
  const attributes = attributesOf(backend, 'TF_ATTR_FLOAT', numbers);
  const corrections = [tf.scalar(-adam.learningRate), tf.sub(1, accBeta1), tf.sub(1, accBeta2)];
  for (const { value, gradient, place } of updates) {
    const first = (adam.accumulatedFirstMoment[place] as Slot).variable;
    const second = (adam.accumulatedSecondMoment[place] as Slot).variable;
    const inputs = [value, first, second, gradient, ...corrections];
    const made = backend.executeMultipleOutputs('GradoscopeAdam', attributes, inputs, 3);
    [value, first, second].forEach((variable, i) => variable.assign(made[i] as Tensor));
  }
  accBeta1.assign(tf.mul(accBeta1, beta1));
  accBeta2.assign(tf.mul(accBeta2, beta2));
}
