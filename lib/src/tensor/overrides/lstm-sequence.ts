import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { attribute, run, type Registrar } from './override.js';
import { taped } from './taped.js';

export interface LstmInputs {
  /** Products of inputs and weights, and biases: `[batch, steps, 4 · units]`, gates in the order input, forget, candidate, output. */
  readonly projected: Tensor;
  /** `[units, 4 · units]` */
  readonly recurrent: Tensor;
  /** `[batch, units]` before the first step. */
  readonly state: Tensor;
  readonly memory: Tensor;
  /** Gates by the hard sigmoid: 0.2 x + 0.5 between 0 and 1. */
  readonly hard: boolean;
  /** Whether the states of all steps are wanted. */
  readonly sequence: boolean;
  /** Whether the last state and memory are wanted, besides a sequence. */
  readonly both: boolean;
}

export interface LstmOutputs {
  /** `[batch, steps, units]` */
  readonly states?: Tensor;
  /** `[batch, units]` */
  readonly last?: Tensor;
  readonly memory?: Tensor;
}

/** What a step leaves for its gradient. */
const SAVED = 4;

/** All time steps of an LSTM, and their gradient by truncation-free back-propagation through time. */
export function lstmSequence(registrar: Registrar, inputs: LstmInputs): LstmOutputs {
  const { tf } = registrar;
  const { projected, recurrent, state, memory, sequence, both } = inputs;
  const wanted = [sequence ? 'states' : undefined, !sequence || both ? 'last' : undefined, both ? 'memory' : undefined];
  const names = wanted.filter((name) => name !== undefined) as (keyof LstmOutputs)[];
  const made = taped(tf, { projected, recurrent, state, memory }, (save) => {
    const steps = forward(registrar, inputs);
    const { h, c } = steps.at(-1) as StepResult;
    const results: Record<keyof LstmOutputs, () => Tensor> = {
      states: () => pack(registrar, steps.map((step) => step.h)),
      last: () => h,
      memory: () => c,
    };
    save([recurrent, state, memory, ...steps.flatMap(({ h, c, gates, squashed }) => [h, c, gates, squashed])]);
    return {
      outputs: names.map((name) => results[name]()),
      gradients: (dys, saved) => {
        const dy = Object.fromEntries(names.map((name, i) => [name, dys[i]])) as LstmOutputs;
        return gradients(registrar, inputs, saved, dy);
      },
    };
  });
  return Object.fromEntries(names.map((name, i) => [name, made[i]]));
}

interface StepResult {
  readonly h: Tensor;
  readonly c: Tensor;
  readonly gates: Tensor;
  readonly squashed: Tensor;
}

/** Stacks `[batch, n]` to `[batch, steps, n]`. */
const pack = ({ backend }: Registrar, list: readonly Tensor[]): Tensor =>
  run(backend, 'Pack', list, [
    attribute(backend, 'TF_ATTR_INT', 'N', list.length),
    attribute(backend, 'TF_ATTR_INT', 'axis', 1),
  ]);

const attributesOf = ({ backend }: Registrar, step: number, hard: boolean) => [
  attribute(backend, 'TF_ATTR_INT', 'step', step),
  attribute(backend, 'TF_ATTR_BOOL', 'hard', hard),
];

function forward(registrar: Registrar, { projected, recurrent, state, memory, hard }: LstmInputs): StepResult[] {
  const { tf, backend } = registrar;
  let h = state;
  let c = memory;
  return Array.from({ length: projected.shape[1] as number }, (_, t) => {
    const inputs = [projected, tf.matMul(h as Tensor2D, recurrent as Tensor2D), c];
    const made = backend.executeMultipleOutputs('GradoscopeLstmStep', attributesOf(registrar, t, hard), inputs, 4);
    const [gates, squashed] = made.slice(2) as [Tensor, Tensor];
    [h, c] = made as [Tensor, Tensor];
    return { h, c, gates, squashed };
  });
}

function gradients(
  registrar: Registrar,
  { projected, hard }: LstmInputs,
  [recurrent, h0, c0, ...rest]: readonly Tensor[],
  dy: LstmOutputs,
): Record<'projected' | 'recurrent' | 'state' | 'memory', () => Tensor> {
  const { tf, backend } = registrar;
  const weights = recurrent as Tensor2D;
  const initial = h0 as Tensor;
  const steps = projected.shape[1] as number;
  const [batch, units] = initial.shape as [number, number];
  const part = (t: number, i: number): Tensor => rest[SAVED * t + i] as Tensor;
  const gates: Tensor[] = [];
  let dh = dy.last ?? tf.zerosLike(initial);
  let dc = dy.memory ?? tf.zerosLike(initial);
  const outputs = dy.states ?? tf.zeros([0]);
  for (let t = steps - 1; t >= 0; t--) {
    const before = t > 0 ? part(t - 1, 1) : (c0 as Tensor);
    const inputs = [part(t, 2), part(t, 3), before, dh, outputs, dc];
    const made = backend.executeMultipleOutputs('GradoscopeLstmStepGrad', attributesOf(registrar, t, hard), inputs, 2);
    gates.unshift(made[0] as Tensor);
    dc = made[1] as Tensor;
    if (t > 0) dh = tf.matMul(made[0] as Tensor2D, weights, false, true);
  }
  const all = pack(registrar, gates);
  return {
    projected: () => all,
    recurrent: () => {
      const before = pack(registrar, [initial, ...Array.from({ length: steps - 1 }, (_, t) => part(t, 0))]);
      const flat = (tensor: Tensor, width: number): Tensor2D => tf.reshape(tensor, [batch * steps, width]) as Tensor2D;
      return tf.matMul(flat(before, units), flat(all, 4 * units), true);
    },
    state: () => tf.matMul(gates[0] as Tensor2D, weights, false, true),
    memory: () => dc,
  };
}
