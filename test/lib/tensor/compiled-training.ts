import * as tf from '@tensorflow/tfjs';

import { compileStep, RandomStream, type CompiledStep } from '../../../lib/dist/tensor/index.js';
import { subject, type Kind, type Subject } from './compiled-models.js';

const STEPS = 50;

export type Weights = readonly (readonly number[])[];
const weightsOf = ({ model }: Subject): Weights => model.getWeights().map((weight) => [...weight.dataSync()]);

/** Forward, gradients and update of a model. */
export function stepOf(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
): (x: tf.Tensor, y: tf.Tensor) => tf.Tensor {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return (x, y) => {
    const forward = (): tf.Scalar =>
      tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor);
    const { value, grads } = tf.variableGrads(forward, variables);
    optimizer.applyGradients(grads);
    return value;
  };
}

export interface Trained {
  readonly losses: readonly number[];
  readonly weights: Weights;
  readonly compiled: CompiledStep | undefined;
}

type Prepare = (model: tf.LayersModel) => void;

/**
 * Losses and final weights after 50 steps on changing halves of the data, with a rate that changes.
 * @param prepare changes the model before the first step
 */
export function train(
  kind: Kind,
  makeOptimizer: () => tf.Optimizer,
  how: 'eager' | 'graph' | 'xla',
  prepare: Prepare = () => undefined,
): Trained {
  const session = new Session(kind, makeOptimizer, how);
  const trained = session.run(prepare);
  session.dispose();
  return trained;
}

/** The final weights of {@link train} by `graph` for each of several beginnings, with one compilation for all. */
export async function trainEach(
  kind: Kind,
  makeOptimizer: () => tf.Optimizer,
  prepares: readonly Prepare[],
): Promise<Weights[]> {
  const session = new Session(kind, makeOptimizer, 'graph');
  const restart = await session.begin();
  const weights = prepares.map((prepare) => {
    restart();
    return session.run(prepare).weights;
  });
  session.dispose();
  return weights;
}

class Session {
  readonly #given: Subject;
  readonly #optimizer: tf.Optimizer & { learningRate: number; setLearningRate?(rate: number): void };
  readonly #random = new RandomStream(3);
  readonly #step: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor;
  readonly #compiled: CompiledStep | undefined;
  #kept: tf.Tensor[] = [];

  constructor(kind: Kind, makeOptimizer: () => tf.Optimizer, how: 'eager' | 'graph' | 'xla') {
    this.#given = subject(kind);
    this.#optimizer = makeOptimizer() as tf.Optimizer & { learningRate: number };
    const plain = stepOf(this.#given.model, this.#optimizer);
    const step = (this.#step = (x, y) => this.#random.within(() => plain(x, y)));
    const rate = { get: () => this.#optimizer.learningRate, set: (value: number) => this.#setRate(value) };
    if (how === 'eager') return;
    this.#compiled = compileStep((x, y) => step(x as tf.Tensor, y as tf.Tensor), {
      xla: how === 'xla',
      rates: [rate],
      pure: true,
    });
  }

  /** Compiles. @returns puts every variable back to where it begins */
  async begin(): Promise<() => void> {
    const [x, y] = this.#half(0);
    (await (this.#compiled as CompiledStep).compute(x, y)).drop();
    tf.dispose([x, y]);
    const beginnings = Object.values(tf.engine().registeredVariables).map(
      (variable) => [variable, tf.keep(variable.clone())] as const,
    );
    this.#kept = beginnings.map(([, value]) => value);
    return () => beginnings.forEach(([variable, value]) => variable.assign(value));
  }

  run(prepare: Prepare): Trained {
    prepare(this.#given.model);
    const rate = this.#optimizer.learningRate;
    const losses: number[] = [];
    for (let i = 0; i < STEPS; i++) {
      if (i === 20) this.#setRate(rate / 2);
      const [x, y] = this.#half(i % 2);
      const [loss] = this.#compiled ? this.#compiled.run(x, y) : [tf.tidy(() => this.#step(x, y))];
      losses.push((loss as tf.Tensor).dataSync()[0] as number);
      tf.dispose([x, y, loss as tf.Tensor]);
    }
    this.#setRate(rate);
    return { losses, weights: weightsOf(this.#given), compiled: this.#compiled };
  }

  dispose(): void {
    const { x, y, model } = this.#given;
    this.#compiled?.dispose();
    this.#random.dispose();
    this.#optimizer.dispose();
    tf.dispose([x, y, ...this.#kept]);
    model.dispose();
  }

  #setRate(value: number): void {
    if (this.#optimizer.setLearningRate) this.#optimizer.setLearningRate(value);
    else this.#optimizer.learningRate = value;
  }

  #half(which: number): [tf.Tensor, tf.Tensor] {
    const { x, y } = this.#given;
    const size = (x.shape[0] as number) / 2;
    const part = (all: tf.Tensor): tf.Tensor => tf.tidy(() => all.slice([which * size], [size]));
    return [part(x), part(y)];
  }
}
