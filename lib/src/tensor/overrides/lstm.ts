import os from 'node:os';
import type { Tensor } from '@tensorflow/tfjs';
import { lstmSequence, type LstmOutput } from './lstm-sequence.js';
import { differentiatedAgain, type Registrar } from './override.js';

/** What is used of TensorFlow.js's LSTM layer and its cell. */
interface Lstm {
  readonly cell: {
    readonly activation: Named;
    readonly recurrentActivation: Named;
    readonly dropout: number;
    readonly recurrentDropout: number;
    readonly useBias: boolean;
    readonly kernel: Weight;
    readonly recurrentKernel: Weight;
    readonly bias: Weight;
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
 * LSTM layers of the usual kind (tanh; sigmoid or hard sigmoid; no dropout, no mask) by an operation for all steps and one
 * for their gradients, where TensorFlow.js issues about forty a step. Products that do not depend on the state are taken for
 * all steps at once.
 */
export function overrideLstm(registrar: Registrar): void {
  const { tf } = registrar;
  const prototype = Object.getPrototypeOf(tf.layers.lstm({ units: 1 })) as Lstm;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its object below
  const stock = prototype.call;
  prototype.call = function (this: Lstm, inputs, kwargs) {
    const given = Array.isArray(inputs) ? inputs : [inputs];
    const [x] = given;
    return x && given.length === 1 && fits(registrar, this, x, kwargs ?? {})
      ? tf.tidy(() => call(registrar, this, x, kwargs ?? {}))
      : stock.call(this, inputs, kwargs);
  };
}

function fits(registrar: Registrar, { cell, unroll }: Lstm, x: Tensor, { mask, initialState }: Options): boolean {
  const { tf, allows } = registrar;
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
    cell.dropout === 0 &&
    cell.recurrentDropout === 0 &&
    !unroll &&
    mask == null &&
    (initialState == null || initialState.length === 2) &&
    !differentiatedAgain(registrar, 1)
  );
}

function call(registrar: Registrar, layer: Lstm, x: Tensor, options: Options): Tensor | Tensor[] {
  const { tf } = registrar;
  const { cell, goBackwards, returnSequences, returnState, stateful } = layer;
  const batch = x.shape[0] as number;
  const zero = tf.zeros([batch, cell.recurrentKernel.read().shape[0] as number]);
  const initial = options.initialState ?? (stateful ? layer.states_ : [zero, zero]);
  const inOrder = goBackwards ? tf.reverse(x, 1) : x;
  const both = returnState || stateful;
  const outputs = [
    ...(returnSequences ? (['states'] as const) : []),
    ...(!returnSequences || both ? (['state'] as const) : []),
    ...(both ? (['cell'] as const) : []),
  ];
  const parts = shares(batch).map(([from, size]) => {
    const rows = (tensor: Tensor): Tensor =>
      size === batch ? tensor : tf.slice(tensor, from, [size, ...tensor.shape.slice(1)]);
    return sequence(registrar, cell, rows(inOrder), initial.map(rows) as [Tensor, Tensor], outputs);
  });
  const joined = outputs.map((_, i) => {
    const each = parts.map((part) => part[i] as Tensor);
    return each.length === 1 ? (each[0] as Tensor) : tf.concat(each, 0);
  });
  const final = joined.slice(-2);
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

function sequence(
  registrar: Registrar,
  cell: Lstm['cell'],
  x: Tensor,
  [state, memory]: readonly [Tensor, Tensor],
  outputs: readonly LstmOutput[],
): Tensor[] {
  const { tf } = registrar;
  const [rows, steps, features] = x.shape as [number, number, number];
  const product = tf.matMul(tf.reshape(x, [rows * steps, features]), cell.kernel.read());
  const projected = cell.useBias ? tf.add(product, cell.bias.read()) : product;
  const inputs = {
    projected: tf.reshape(projected, [rows, steps, -1]),
    recurrent: cell.recurrentKernel.read(),
    state,
    cell: memory,
  };
  const hard = cell.recurrentActivation.getClassName() === 'hardSigmoid';
  const made = lstmSequence(registrar, inputs, { hard, outputs });
  return outputs.map((name) => made[name] as Tensor);
}
