import os from 'node:os';
import type { Tensor } from '@tensorflow/tfjs';
import { differentiatedAgain, type Registrar } from '../override.js';
import { GRU, LSTM } from './kinds.js';
import { sequence, type Kind, type Output } from './sequence.js';

/** What is used of TensorFlow.js's LSTM and GRU layers and their cells. */
interface Layer {
  readonly cell: {
    readonly activation: Named;
    readonly recurrentActivation: Named;
    readonly dropout: number;
    readonly recurrentDropout: number;
    readonly useBias: boolean;
    readonly kernel: Weight;
    readonly recurrentKernel: Weight;
    readonly bias: Weight;
    readonly stateSize: number | number[];
  };
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly stateful: boolean;
  readonly unroll: boolean;
  readonly states_: Tensor[];
  resetStates(states: Tensor[], training: boolean): void;
  call(inputs: Tensor | Tensor[], kwargs: Options | undefined): Tensor | Tensor[];
}

interface Named {
  getClassName(): string;
}

interface Weight {
  read(): Tensor;
}

interface Options {
  readonly mask?: Tensor | Tensor[] | null;
  readonly training?: boolean | null;
  readonly initialState?: Tensor[] | null;
}

/**
 * LSTM and GRU layers of the usual kind (tanh; sigmoid or hard sigmoid; no dropout, no mask) by an operation for all steps and
 * one for their gradients, where TensorFlow.js issues about forty a step. Products that do not depend on the state are taken
 * for all steps at once.
 */
export function overrideRecurrentLayers(registrar: Registrar): void {
  const { tf } = registrar;
  replaceCall(registrar, tf.layers.lstm({ units: 1 }), LSTM);
  replaceCall(registrar, tf.layers.gru({ units: 1 }), GRU);
}

function replaceCall(registrar: Registrar, example: object, kind: Kind): void {
  const prototype = Object.getPrototypeOf(example) as Layer;
  const stock = prototype.call;
  prototype.call = function (this: Layer, inputs, kwargs) {
    const given = Array.isArray(inputs) ? inputs : [inputs];
    const [x] = given;
    return x && given.length === 1 && fits(registrar, this, x, kwargs ?? {})
      ? registrar.tf.tidy(() => call(registrar, kind, this, x, kwargs ?? {}))
      : stock.call(this, inputs, kwargs);
  };
}

const handed = ({ cell }: Layer): number => (Array.isArray(cell.stateSize) ? cell.stateSize.length : 1);

function fits(registrar: Registrar, layer: Layer, x: Tensor, { mask, initialState }: Options): boolean {
  const { tf, allows } = registrar;
  const { cell, unroll } = layer;
  const gate = cell.recurrentActivation.getClassName();
  return (
    allows('own') &&
    tf.getBackend() === 'tensorflow' &&
    x instanceof tf.Tensor &&
    x.shape.length === 3 &&
    x.size > 0 &&
    x.dtype === 'float32' &&
    cell.activation.getClassName() === 'tanh' &&
    (gate === 'sigmoid' || gate === 'hardSigmoid') &&
    !cell.dropout &&
    !cell.recurrentDropout &&
    !unroll && // the stock layer warns of it
    mask == null &&
    (initialState == null || initialState.length === handed(layer)) &&
    !differentiatedAgain(registrar, 1)
  );
}

function call(
  registrar: Registrar,
  kind: Kind,
  layer: Layer,
  x: Tensor,
  options: Options,
): Tensor | Tensor[] {
  const { tf } = registrar;
  const { cell, goBackwards, returnSequences, returnState, stateful } = layer;
  const batch = x.shape[0] as number;
  const states = Array.from({ length: handed(layer) }, (_, i) => i);
  const initial =
    options.initialState ??
    (stateful
      ? layer.states_
      : states.map(() => tf.zeros([batch, cell.recurrentKernel.read().shape[0] as number])));
  const inOrder = goBackwards ? tf.reverse(x, 1) : x;
  const outputs: Output[] = [
    ...(returnSequences ? (['states'] as const) : []),
    ...(returnState || stateful ? states : returnSequences ? [] : [0]),
  ];
  const parts = shares(batch).map(([from, size]) => {
    const rows = (tensor: Tensor): Tensor =>
      size === batch ? tensor : tf.slice(tensor, from, [size, ...tensor.shape.slice(1)]);
    return partOf(registrar, kind, cell, rows(inOrder), initial.map(rows), outputs);
  });
  const joined = outputs.map((_, i) => {
    const each = parts.map((part) => part[i] as Tensor);
    return each.length === 1 ? (each[0] as Tensor) : tf.concat(each, 0);
  });
  const final = joined.slice(returnSequences ? 1 : 0);
  if (stateful) layer.resetStates(final, options.training ?? false);
  return returnState ? [joined[0] as Tensor, ...final] : (joined[0] as Tensor);
}

/** Fewer rows than these are not worth a processor of their own. */
const FEWEST_ROWS = 8;

/** `[first row, rows]` for each operation: TensorFlow runs them at once, one on each processor. */
function shares(batch: number): [number, number][] {
  const count = Math.max(1, Math.min(os.availableParallelism(), Math.floor(batch / FEWEST_ROWS)));
  const first = (i: number): number => Math.floor((i * batch) / count);
  return Array.from({ length: count }, (_, i) => [first(i), first(i + 1) - first(i)]);
}

function partOf(
  registrar: Registrar,
  kind: Kind,
  cell: Layer['cell'],
  x: Tensor,
  initial: readonly Tensor[],
  outputs: readonly Output[],
): Tensor[] {
  const { tf } = registrar;
  const [rows, steps, features] = x.shape as [number, number, number];
  const product = tf.matMul(tf.reshape(x, [rows * steps, features]), cell.kernel.read());
  const projected = cell.useBias ? tf.add(product, cell.bias.read()) : product;
  const inputs = {
    projected: tf.reshape(projected, [rows, steps, -1]),
    recurrent: cell.recurrentKernel.read(),
    initial,
  };
  const hard = cell.recurrentActivation.getClassName() === 'hardSigmoid';
  return sequence(registrar, kind, inputs, { hard, outputs });
}
