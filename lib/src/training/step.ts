import * as tf from '@tensorflow/tfjs';

import { ArgumentError } from '../data/argument.js';
import type { Batch } from '../data/index.js';
import { backend } from '../tensor/index.js';
import type { Transforming } from './callback-list.js';
import type { Instrument, Readings } from './instrument.js';
import type { Learner } from './learner.js';
import type { ResolvedLoss } from './losses.js';
import { measureMetric, type Metric } from './metrics.js';

import type { ResolvedOptimizer } from './optimizers.js';

export interface StepParts {
  readonly learner: Learner;
  readonly loss: ResolvedLoss;
  readonly metrics: readonly Metric[];
  readonly optimizer: ResolvedOptimizer;
  readonly instruments: readonly Instrument[];
  readonly transforms: readonly Transforming[];
}

/** Which step it is. */
export interface StepAt {
  /** Number of steps done before. */
  readonly step: number;
  /** What each transform calls it. */
  readonly phases: readonly string[];
}

/** What is known of a step besides its tensors, once its code has run. */
export interface StepNotes {
  /** The lengths of what the instruments measured. */
  sizes: readonly number[];
  /** Did the optimizer make an update? */
  updates: boolean;
}

/** What one step gave, read with a single transfer. */
export interface StepResult {
  /** Loss and metrics of the batch, by name. */
  readonly logs: Readonly<Record<string, number>>;
  readonly readings: Readings;
}

/**
 * One training step: forward, gradients once, instruments, transforms, update.
 * @param notes are written
 * @returns loss, metrics, and what each instrument measured, in one vector; {@link readStep} takes it apart
 */
export function computeStep(
  parts: StepParts,
  batch: Pick<Batch, 'x' | 'y'>,
  at: StepAt,
  notes: StepNotes,
): tf.Tensor1D {
  const { value, gradients, yPred } = differentiate(parts, batch);
  const { learner, metrics, instruments } = parts;
  const weights = learner.groups.map(({ variables }) => variables);
  const byGroup = split(
    gradients,
    weights.map(({ length }) => length),
  );
  const measured = instruments.map((instrument) =>
    instrument.measure({ gradients: byGroup, weights, loss: value }),
  );
  notes.sizes = measured.map(({ size }) => size);
  const scalars = [value, ...metrics.map((metric) => measureMetric(metric, batch.y, yPred))];
  notes.updates = update(parts, gradients, at);
  return tf.concat([tf.stack(scalars.map((scalar) => scalar.reshape([]))) as tf.Tensor1D, ...measured]);
}

const UNKNOWN_KERNEL = /Kernel '(\w+)' not registered for backend '(\w+)'/;

/** Says what to do where a backend lacks what a model needs. */
export function explained(error: unknown): unknown {
  const [, kernel, name] = (error instanceof Error && UNKNOWN_KERNEL.exec(error.message)) || [];
  if (kernel === undefined) return error;
  const advice = backend()?.howToGetNative ?? '';
  const message = `The ${name} backend cannot train this model: it lacks ${kernel}, which a layer or its gradient needs. ${advice}`;
  return new Error(message.trim(), { cause: error });
}

/** Loss, gradients in the order of the learner's variables, and predictions, from one forward and one backward pass. */
function differentiate(
  { learner, loss }: StepParts,
  { x, y }: Pick<Batch, 'x' | 'y'>,
): { value: tf.Scalar; gradients: tf.Tensor[]; yPred: tf.Tensor } {
  const variables = learner.groups.flatMap((group) => group.variables);
  let kept: tf.Tensor | undefined;
  const forward = (): tf.Scalar => {
    const yPred = learner.forward(x, true);
    kept = tf.keep(yPred);
    const fit = loss.compute(y, yPred);
    if (fit.size !== 1)
      throw new ArgumentError('loss', `shape [${fit.shape.join(', ')}] from ${loss.name}`, 'a scalar');
    const penalty = learner.penalty();
    return penalty === undefined ? fit : tf.add<tf.Scalar>(fit, penalty);
  };
  try {
    const { value, grads } = tf.variableGrads(forward, variables as tf.Variable[]);
    const yPred = (kept as unknown as tf.Tensor).clone(); // tracked by the tidy around it, where a kept tensor is not
    const gradients = variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
    return { value, gradients, yPred };
  } finally {
    (kept as tf.Tensor | undefined)?.dispose();
  }
}

/** Sends the gradients through every transform and applies them. @returns whether they were applied */
function update(
  { learner, optimizer, transforms }: StepParts,
  gradients: readonly tf.Tensor[],
  { step, phases }: StepAt,
): boolean {
  const variables = learner.groups.flatMap((group) => group.variables);
  let current = gradients;
  for (const [i, { transform }] of transforms.entries()) {
    const next = transform(current, { step, phase: phases[i] ?? '' });
    if (next === undefined) return false;
    if (next.length !== current.length || next.some((g, i) => g.shape.join() !== current[i]?.shape.join())) {
      throw new ArgumentError(
        'transform',
        'gradients of other shapes',
        'as many gradients as came, of the same shapes (or undefined, for no update)',
      );
    }
    current = next;
  }
  optimizer.optimizer.applyGradients(
    current.map((tensor, i) => ({ name: (variables[i] as tf.Variable).name, tensor })),
  );
  return true;
}

/** Takes apart what {@link computeStep} gave. */
export function readStep(
  { metrics, instruments }: StepParts,
  values: Float32Array,
  sizes: readonly number[],
): StepResult {
  const names = ['loss', ...metrics.map(({ name }) => name)];
  const logs = Object.fromEntries(names.map((name, i) => [name, values[i] as number]));
  const parts = split(
    Array.from({ length: values.length - names.length }, (_, i) => names.length + i),
    sizes,
  );
  const readings = instruments.map((instrument, i) => {
    const start = parts[i]?.[0] ?? 0;
    return instrument.read(values.subarray(start, start + (sizes[i] as number)));
  });
  return { logs, readings: Object.assign({}, ...readings) as Readings };
}

/** Cuts a list into runs of the given lengths. */
function split<T>(list: readonly T[], lengths: readonly number[]): T[][] {
  let start = 0;
  return lengths.map((length) => list.slice(start, (start += length)));
}
