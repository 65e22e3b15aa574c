import * as tf from '@tensorflow/tfjs';

import { ArgumentError, shown } from '../data/argument.js';
import type { Dataset } from '../data/index.js';
import { isStockLayer } from '../tensor/index.js';

/** A layer's trainable variables. */
export interface ParameterGroup {
  /** The layer's name. */
  readonly name: string;
  readonly variables: readonly tf.Variable[];
}

/** What a trainer trains: something with variables that maps inputs to predictions. */
export interface Learner {
  readonly name: string;
  /** Trainable variables by layer, from the first layer to the last; layers without any are left out. */
  readonly groups: readonly ParameterGroup[];
  /** Shape of one input and one prediction, without the batch dimension; `null` where any size will do. */
  readonly inputShape: readonly (number | null)[];
  readonly outputShape: readonly number[];
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Every variable that training changes, also those without a gradient (batch-norm's moving averages). */
  readonly state: readonly tf.Variable[];
  forward(x: tf.Tensor, training: boolean): tf.Tensor;
  /** Whether its code is TensorFlow.js's alone and keeps no tensor from step to step. */
  readonly stock: boolean;
  /** Frees what layers keep of their last forward pass. */
  release(): void;
  /** The sum of regularization losses, where there are any. */
  penalty(): tf.Scalar | undefined;
}

const variableOf = (weight: { read(): tf.Tensor }): tf.Variable => weight.read() as tf.Variable;

/** A disposed weight throws when it is read. */
function isDisposed(model: tf.LayersModel): boolean {
  try {
    for (const { weights } of model.layers) weights.forEach(variableOf);
    return false;
  } catch {
    return true;
  }
}

/** Layers in order, those of nested models in their place. */
function leafLayers(layers: readonly tf.layers.Layer[]): tf.layers.Layer[] {
  return layers.flatMap((layer) => (layer instanceof tf.LayersModel ? leafLayers(layer.layers) : [layer]));
}

/** A layers model as a learner. @throws ArgumentError for anything else, or a model that cannot be trained this way */
export function learnerOf(model: unknown): Learner {
  if (!(model instanceof tf.LayersModel)) {
    throw new ArgumentError('model', shown(model), 'a tf.LayersModel (tf.sequential or tf.model)');
  }
  if (isDisposed(model)) throw new ArgumentError('model', 'a disposed model', 'a live one');
  if (model instanceof tf.Sequential && !model.built) {
    if (model.layers.length === 0 || model.inputs.length === 0) {
      throw new ArgumentError(
        'model',
        'a model without an input shape',
        'a built one',
        'Give the first layer an inputShape.',
      );
    }
    model.build();
  }
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new ArgumentError(
      'model',
      `${model.inputs.length} inputs and ${model.outputs.length} outputs`,
      'one of each',
    );
  }
  const groups = leafLayers(model.layers)
    .filter((layer) => layer.trainableWeights.length > 0)
    .map((layer) => ({ name: layer.name, variables: layer.trainableWeights.map(variableOf) }));
  if (groups.length === 0) {
    throw new ArgumentError(
      'model',
      'no trainable weights',
      'at least one trainable layer',
      'Set layer.trainable = true.',
    );
  }
  const outputShape = (model.outputs[0] as tf.SymbolicTensor).shape.slice(1);
  if (outputShape.some((n) => n === null)) {
    throw new ArgumentError('model', `output shape [${outputShape.join(', ')}]`, 'fixed sizes');
  }
  return {
    name: model.name,
    groups,
    inputShape: (model.inputs[0] as tf.SymbolicTensor).shape.slice(1),
    outputShape: outputShape as number[],
    parameters: groups.flatMap(({ variables }) => variables).reduce((sum, { size }) => sum + size, 0),
    state: model.weights.map(variableOf),
    forward: (x, training) => model.apply(x, { training }) as tf.Tensor,
    stock: !model.stateful && model.layers.every(isStockLayer),
    release: () => model.layers.forEach(releaseMasks),
    penalty: () => sumPenalties(model),
  };
}

/** Cells of recurrent layers keep the dropout masks of their last call. */
function releaseMasks(layer: object): void {
  const parts = layer as Record<string, unknown>;
  for (const name of ['dropoutMask', 'recurrentDropoutMask']) {
    if (parts[name] === undefined || parts[name] === null) continue;
    tf.dispose(parts[name] as tf.Tensor | tf.Tensor[]);
    parts[name] = null;
  }
  for (const name of ['layers', 'layer', 'forwardLayer', 'backwardLayer', 'cell', 'cells']) {
    for (const part of [parts[name]].flat())
      if (typeof part === 'object' && part !== null) releaseMasks(part);
  }
}

function sumPenalties(model: tf.LayersModel): tf.Scalar | undefined {
  const losses = model.calculateLosses();
  return losses.length === 0 ? undefined : losses.reduce((sum, loss) => tf.add(sum, loss));
}

/** Checks that the inputs of a data set fit the model. @throws ArgumentError */
export function checkInputs(argument: string, { x }: Dataset, learner: Learner): void {
  const shape = x.shape.slice(1);
  const expected = learner.inputShape;
  const fits = shape.length === expected.length && expected.every((n, i) => n === null || n === shape[i]);
  if (fits) return;
  const size = (dims: readonly (number | null)[]): number =>
    dims.reduce<number>((product, n) => product * (n ?? 1), 1);
  throw new ArgumentError(
    argument === '' ? 'x' : `${argument}.x`,
    `shape [${x.shape.join(', ')}]`,
    `[${['examples', ...expected.map((n) => n ?? 'any')].join(', ')}] as model ${learner.name} takes`,
    size(shape) === size(expected) ? `Reshape it, or begin the model with a reshape or flatten layer.` : '',
  );
}
