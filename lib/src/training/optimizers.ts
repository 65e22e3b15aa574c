import * as tf from '@tensorflow/tfjs';

import { ArgumentError, checkChoice, checkNumber, checkOptions, shown } from '../data/argument.js';

interface Definition {
  readonly defaults: Readonly<Record<string, number>>;
  readonly make: (settings: Readonly<Record<string, number>>) => tf.Optimizer;
}

/** Ties an optimizer's settings to their defaults, so that each has both. */
function define<S extends { learningRate: number }>(
  defaults: S,
  make: (settings: S) => tf.Optimizer,
): Definition {
  return {
    defaults: { ...defaults } as Record<string, number>,
    make: (settings) => make({ ...defaults, ...settings }),
  };
}

const ADAM = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/** Each optimizer with Keras's default settings. */
const OPTIMIZERS = {
  sgd: define({ learningRate: 0.01 }, (s) => tf.train.sgd(s.learningRate)),
  momentum: define({ learningRate: 0.01, momentum: 0.9, nesterov: 0 }, (s) =>
    tf.train.momentum(s.learningRate, s.momentum, s.nesterov !== 0),
  ),
  rmsprop: define({ learningRate: 0.001, decay: 0.9, momentum: 0, epsilon: 1e-7 }, (s) =>
    tf.train.rmsprop(s.learningRate, s.decay, s.momentum, s.epsilon),
  ),
  adam: define(ADAM, (s) => tf.train.adam(s.learningRate, s.beta1, s.beta2, s.epsilon)),
  adamax: define(ADAM, (s) => tf.train.adamax(s.learningRate, s.beta1, s.beta2, s.epsilon)),
  adagrad: define({ learningRate: 0.001, initialAccumulatorValue: 0.1 }, (s) =>
    tf.train.adagrad(s.learningRate, s.initialAccumulatorValue),
  ),
  adadelta: define({ learningRate: 0.001, rho: 0.95, epsilon: 1e-7 }, (s) =>
    tf.train.adadelta(s.learningRate, s.rho, s.epsilon),
  ),
} satisfies Record<string, Definition>;

export type OptimizerName = keyof typeof OPTIMIZERS;
export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];

/** What `optimizer` takes: a name, a name with settings, or a TensorFlow.js optimizer (which stays the caller's). */
export type OptimizerInput =
  OptimizerName | ({ readonly name: OptimizerName } & Readonly<Record<string, unknown>>) | tf.Optimizer;

/** An optimizer with one learning rate to read and set, whichever kind it is. */
export interface ResolvedOptimizer {
  readonly name: string;
  readonly optimizer: tf.Optimizer;
  /** Plain settings, for the run's record. */
  readonly settings: Readonly<Record<string, number>>;
  learningRate: number;
  /** Frees what the optimizer holds; of a caller's own optimizer, what training made of it. */
  dispose(): void;
}

/** @throws ArgumentError for an unknown optimizer or setting, or a learning rate that is not above 0 */
export function resolveOptimizer(input: unknown, learningRate: number | undefined): ResolvedOptimizer {
  if (input instanceof tf.Optimizer) return adopt(input, learningRate);
  const { name: given, ...settings } =
    typeof input === 'string' ? { name: input } : ((input ?? {}) as Record<string, unknown>);
  const name = checkChoice('optimizer', given, OPTIMIZER_NAMES);
  const { defaults, make } = OPTIMIZERS[name];
  checkOptions(`optimizer ${name}`, settings, Object.keys(defaults));
  const options: Record<string, number> = {
    ...defaults,
    ...(learningRate === undefined ? {} : { learningRate }),
  };
  for (const [key, value] of Object.entries(settings)) {
    options[key] = checkNumber(
      `optimizer ${name} ${key}`,
      typeof value === 'boolean' ? Number(value) : value,
      0,
    );
  }
  checkNumber('learningRate', options['learningRate'], 0, false);
  const optimizer = make(options);
  return wrap(name, optimizer, options, () => disposeOptimizer(optimizer));
}

function adopt(optimizer: tf.Optimizer, learningRate: number | undefined): ResolvedOptimizer {
  const settings = Object.fromEntries(
    Object.entries(optimizer.getConfig()).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  );
  const wrapped = wrap(optimizer.getClassName(), optimizer, settings, remember(optimizer));
  if (learningRate !== undefined) wrapped.learningRate = checkNumber('learningRate', learningRate, 0, false);
  return wrapped;
}

function wrap(
  name: string,
  optimizer: tf.Optimizer,
  settings: Readonly<Record<string, number>>,
  dispose: () => void,
): ResolvedOptimizer {
  const rated = optimizer as unknown as { learningRate: number; setLearningRate?: (rate: number) => void };
  if (typeof rated.learningRate !== 'number') {
    throw new ArgumentError('optimizer', shown(optimizer), 'an optimizer with a learning rate');
  }
  return {
    name,
    optimizer,
    settings,
    get learningRate() {
      return rated.learningRate;
    },
    // SGD and Momentum bake the rate into a tensor and ignore the property; only these two have the method.
    set learningRate(rate: number) {
      if (rated.setLearningRate !== undefined) rated.setLearningRate(rate);
      else rated.learningRate = rate;
    },
    dispose,
  };
}

/** Every live tensor and variable that hangs on an optimizer: slots, accumulators, constants. */
function heldTensors(optimizer: tf.Optimizer): tf.Tensor[] {
  const found: tf.Tensor[] = [];
  const visit = (value: unknown): void => {
    if (value instanceof tf.Tensor) {
      if (!value.isDisposed) found.push(value);
    } else if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (typeof value === 'object' && value !== null && 'variable' in value) {
      visit((value as { variable: unknown }).variable);
    }
  };
  Object.values(optimizer).forEach(visit);
  return found;
}

/** TensorFlow.js's own dispose leaves Momentum's constant behind. */
function disposeOptimizer(optimizer: tf.Optimizer): void {
  optimizer.dispose();
  for (const tensor of heldTensors(optimizer)) tensor.dispose();
}

/**
 * Remembers a caller's optimizer as it is.
 * @returns a function that puts it back: slots that training added are freed, accumulators have their values of before
 */
function remember(optimizer: tf.Optimizer): () => void {
  const fields = optimizer as unknown as Record<string, unknown>;
  const lists = Object.entries(fields).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  const slots = lists.map(([key, value]) => [key, value.slice()] as const);
  const before = heldTensors(optimizer);
  const values = before
    .filter((tensor) => tensor instanceof tf.Variable)
    .map((variable) => [variable, tf.keep(tf.clone(variable))] as const);
  const iterations = fields['iterations_'];
  return () => {
    for (const tensor of heldTensors(optimizer)) {
      if (tensor instanceof tf.Variable && !before.includes(tensor)) tensor.dispose();
    }
    for (const [key, value] of slots) fields[key] = value;
    for (const [variable, value] of values) {
      if (!variable.isDisposed) (variable as tf.Variable).assign(value);
      value.dispose();
    }
    fields['iterations_'] = iterations;
  };
}
