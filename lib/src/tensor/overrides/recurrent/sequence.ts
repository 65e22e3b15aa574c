import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { attribute, present, type Registrar } from '../override.js';
import { taped } from '../taped.js';

export interface Inputs {
  /** Products of inputs and weights, and biases: `[batch, steps, gates · units]`. */
  readonly projected: Tensor;
  /** `[units, gates · units]` */
  readonly recurrent: Tensor;
  /** What the layer hands from step to step, before the first one: each `[batch, units]`. */
  readonly initial: readonly Tensor[];
}

/** States of all steps `[batch, steps, units]`, or one of what the last step hands on `[batch, units]`. */
export type Output = 'states' | number;

export interface Options {
  /** Gates by the hard sigmoid: 0.2 x + 0.5 between 0 and 1. Else by the sigmoid. */
  readonly hard: boolean;
  readonly outputs: readonly Output[];
}

/** A kind of recurrent layer, whose steps are one operation, and their gradients another. */
export interface Kind {
  readonly op: string;
  /** Number of results; the first ones are what each step hands on, `[batch, steps, units]`. */
  readonly results: number;
  /** The results, by number, that the operation for the gradients takes after the recurrent weights, in its order. */
  readonly saved: readonly number[];
  /** The gradient of the recurrent weights, from that of `projected`. */
  recurrentGradient(tools: Tools, dProjected: Tensor): Tensor;
}

export interface Tools {
  readonly registrar: Registrar;
  readonly results: readonly Tensor[];
  /** Each step's state before it, `[batch · steps, units]`. */
  before(): Tensor2D;
  flat(tensor: Tensor): Tensor2D;
}

/** All time steps of a layer, and their gradients by back-propagation through time. @returns the outputs, in their order */
export function sequence(registrar: Registrar, kind: Kind, inputs: Inputs, options: Options): Tensor[] {
  const { tf } = registrar;
  const backend = present(registrar);
  const { projected, recurrent, initial } = inputs;
  const { hard, outputs } = options;
  const attributes = [attribute(backend, 'TF_ATTR_BOOL', 'hard', hard)];
  const named = Object.fromEntries(initial.map((tensor, i) => [`initial${i}`, tensor]));
  return taped(tf, { projected, recurrent, ...named }, (save) => {
    const given = [projected, recurrent, ...initial];
    const results = backend.executeMultipleOutputs(kind.op, attributes, given, kind.results);
    save([recurrent, ...initial, ...results]);
    return {
      outputs: outputs.map((output) =>
        output === 'states' ? (results[0] as Tensor) : lastStep(registrar, results[output] as Tensor),
      ),
      gradients: (dys, [weights, ...rest]) =>
        gradients(registrar, kind, options, weights as Tensor, rest, dys, initial.length),
    };
  });
}

function lastStep({ tf }: Registrar, all: Tensor): Tensor {
  const [batch, steps, units] = all.shape as [number, number, number];
  return tf.reshape(tf.slice(all, [0, steps - 1, 0], [batch, 1, units]), [batch, units]);
}

function gradients(
  registrar: Registrar,
  kind: Kind,
  { hard, outputs }: Options,
  recurrent: Tensor,
  saved: readonly Tensor[],
  dys: readonly Tensor[],
  handed: number,
): Record<string, () => Tensor> {
  const { tf } = registrar;
  const backend = present(registrar);
  const initial = saved.slice(0, handed);
  const results = saved.slice(handed);
  const gradientOf = (output: Output): Tensor | undefined => dys[outputs.indexOf(output)];
  const made = backend.executeMultipleOutputs(
    `${kind.op}Grad`,
    [attribute(backend, 'TF_ATTR_BOOL', 'hard', hard)],
    [
      recurrent,
      ...kind.saved.map((i) => results[i] as Tensor),
      initial.at(-1) as Tensor,
      gradientOf('states') ?? tf.zeros([0]),
      ...initial.map((tensor, i) => gradientOf(i) ?? tf.zerosLike(tensor)),
    ],
    1 + handed,
  );
  const [dProjected, ...dInitial] = made as [Tensor, ...Tensor[]];
  const flat = (tensor: Tensor): Tensor2D =>
    tf.reshape(tensor, [-1, tensor.shape.at(-1) as number]) as Tensor2D;
  const tools: Tools = {
    registrar,
    results,
    flat,
    before: () => {
      const [states, first] = [results[0] as Tensor, tf.expandDims(initial[0] as Tensor, 1)];
      const [batch, steps, units] = states.shape as [number, number, number];
      return flat(
        steps === 1 ? first : tf.concat([first, tf.slice(states, 0, [batch, steps - 1, units])], 1),
      );
    },
  };
  return {
    projected: () => dProjected,
    recurrent: () => kind.recurrentGradient(tools, dProjected),
    ...Object.fromEntries(dInitial.map((tensor, i) => [`initial${i}`, () => tensor])),
  };
}
