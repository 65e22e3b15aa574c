import type { Tensor } from '@tensorflow/tfjs';
import { lstmSequence } from './lstm-sequence.js';
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
 * LSTM layers of the usual kind (tanh; sigmoid or hard sigmoid; no dropout, no mask) by two operations a time step forward and
 * two backward, where TensorFlow.js issues about forty; products that do not depend on the state are taken for all steps at
 * once.
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
  const [batch, steps, features] = x.shape as [number, number, number];
  const recurrent = cell.recurrentKernel.read();
  const zero = tf.zeros([batch, recurrent.shape[0] as number]);
  const initial = options.initialState ?? (stateful ? layer.states_ : [zero, zero]);
  const inOrder = goBackwards ? tf.reverse(x, 1) : x;
  const product = tf.matMul(tf.reshape(inOrder, [batch * steps, features]), cell.kernel.read());
  const projected = cell.useBias ? tf.add(product, cell.bias.read()) : product;
  const { states, last, memory } = lstmSequence(registrar, {
    projected: tf.reshape(projected, [batch, steps, -1]),
    recurrent,
    state: initial[0] as Tensor,
    memory: initial[1] as Tensor,
    hard: cell.recurrentActivation.getClassName() === 'hardSigmoid',
    sequence: returnSequences,
    both: returnState || stateful,
  });
  const final = [last, memory] as Tensor[];
  if (stateful) layer.resetStates(final, options.training ?? false);
  const output = (returnSequences ? states : last) as Tensor;
  return returnState ? [output, ...final] : output;
}
