import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { attribute, type Registrar } from './override.js';
import { taped } from './taped.js';

export interface LstmInputs {
  /** Products of inputs and weights, and biases: `[batch, steps, 4 · units]`, gates in the order input, forget, candidate, output. */
  readonly projected: Tensor;
  /** `[units, 4 · units]` */
  readonly recurrent: Tensor;
  /** State and cell before the first step, `[batch, units]`. */
  readonly state: Tensor;
  readonly cell: Tensor;
}

export interface LstmOptions {
  /** Gates by the hard sigmoid: 0.2 x + 0.5 between 0 and 1. Else by the sigmoid. */
  readonly hard: boolean;
  /** What is wanted. */
  readonly outputs: readonly LstmOutput[];
}

/** States of all steps `[batch, steps, units]`, or the last state or cell `[batch, units]`. */
export type LstmOutput = 'states' | 'state' | 'cell';
type Outputs = Partial<Record<LstmOutput, Tensor>>;

/** All time steps of an LSTM as one operation, and its gradient by back-propagation through time as another. */
export function lstmSequence(registrar: Registrar, inputs: LstmInputs, options: LstmOptions): Outputs {
  const { tf, backend } = registrar;
  const { projected, recurrent, state, cell } = inputs;
  const { hard, outputs } = options;
  const attributes = [attribute(backend, 'TF_ATTR_BOOL', 'hard', hard)];
  const made = taped(tf, { projected, recurrent, state, cell }, (save) => {
    const given = [projected, recurrent, state, cell];
    const results = backend.executeMultipleOutputs('GradoscopeLstm', attributes, given, 4);
    const [states, cells] = results as [Tensor, Tensor];
    save([recurrent, state, cell, ...results]);
    const wanted: Record<LstmOutput, () => Tensor> = {
      states: () => states,
      state: () => lastStep(registrar, states),
      cell: () => lastStep(registrar, cells),
    };
    return {
      outputs: outputs.map((name) => wanted[name]()),
      gradients: (dys, saved) =>
        gradients(registrar, hard, saved, Object.fromEntries(outputs.map((name, i) => [name, dys[i]]))),
    };
  });
  return Object.fromEntries(outputs.map((name, i) => [name, made[i]]));
}

function lastStep({ tf }: Registrar, all: Tensor): Tensor {
  const [batch, steps, units] = all.shape as [number, number, number];
  return tf.reshape(tf.slice(all, [0, steps - 1, 0], [batch, 1, units]), [batch, units]);
}

function gradients(
  { tf, backend }: Registrar,
  hard: boolean,
  saved: readonly Tensor[],
  dy: Outputs,
): Record<keyof LstmInputs, () => Tensor> {
  const [recurrent, state, cell, states, cells, gates, squashed] = saved as [
    ...[Tensor, Tensor, Tensor],
    ...[Tensor, Tensor, Tensor, Tensor],
  ];
  const [batch, steps, units] = states.shape as [number, number, number];
  const zero = tf.zerosLike(state);
  const inputs = [recurrent, gates, squashed, cells, cell];
  const [dProjected, dState, dCell] = backend.executeMultipleOutputs(
    'GradoscopeLstmGrad',
    [attribute(backend, 'TF_ATTR_BOOL', 'hard', hard)],
    [...inputs, dy.states ?? tf.zeros([0]), dy.state ?? zero, dy.cell ?? zero],
    3,
  ) as [Tensor, Tensor, Tensor];
  return {
    projected: () => dProjected,
    recurrent: () => {
      const first = tf.expandDims(state, 1);
      const before = steps === 1 ? first : tf.concat([first, tf.slice(states, 0, [batch, steps - 1, units])], 1);
      const flat = (tensor: Tensor, width: number) => tf.reshape(tensor, [batch * steps, width]) as Tensor2D;
      return tf.matMul(flat(before, units), flat(dProjected, 4 * units), true);
    },
    state: () => dState,
    cell: () => dCell,
  };
}
