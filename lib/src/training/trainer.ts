import type * as tf from '@tensorflow/tfjs';
import { release } from 'node:os';

import {
  ArgumentError,
  checkChoice,
  checkInteger,
  checkNumber,
  checkOptions,
  shown,
} from '../data/argument.js';
import { toDataset, toNdArray, type ArrayInput, type DataInput, type NdArray } from '../data/index.js';
import { newRunId, RunRecord, toJson, type JsonObject } from '../run/index.js';
import { loadTensorFlow, numerics } from '../tensor/index.js';
import type { Callback } from './callback.js';
import { CallbackList } from './callback-list.js';
import { evaluateOn, predictOn } from './evaluate.js';
import { FitLoop } from './fit-loop.js';
import { TrainingInterrupted } from './errors.js';
import { checkFitOptions, planFit, type FitOptions, type FitPlan } from './fit-options.js';
import type { Instrument } from './instrument.js';
import { GradientNorm } from './instruments/gradient-norm.js';
import { checkInputs, learnerOf, type Learner } from './learner.js';
import { checkTargets, resolveLoss, type LossFunction, type LossName, type ResolvedLoss } from './losses.js';
import { resolveMetrics, type Metric, type MetricInput } from './metrics.js';
import { resolveOptimizer, type OptimizerInput, type ResolvedOptimizer } from './optimizers.js';
import type { Compile } from './training-step.js';
import { LiveRun } from './live-run.js';
import { beginning, openRunOutlet, showRunError, type Beginning } from './outlet.js';
import { Run } from './run.js';

export interface TrainerOptions {
  /** The model to train: a tf.LayersModel with one input and one output. It stays the caller's. */
  readonly model: tf.LayersModel;
  readonly loss: LossName | LossFunction;
  /** Default `adam`. */
  readonly optimizer?: OptimizerInput;
  /** Default: the optimizer's own. */
  readonly learningRate?: number;
  readonly metrics?: readonly MetricInput[];
  /** Callbacks of every run. */
  readonly callbacks?: readonly Callback[];
  /** What to measure at each step (default: the gradient norm of every layer). */
  readonly instruments?: readonly Instrument[];
  /**
   * Run each step as one native call, where native TensorFlow computes: `true` (default) as an optimized graph, `'xla'`
   * compiled by XLA (faster for dense and recurrent models once it is compiled, which takes seconds; slower for
   * convolutions), `'auto'` whichever is faster. The code of losses, metrics and layers runs while the step is recorded,
   * once for each shape of batch, as with Keras's `tf.function`; choose `false` where it must run at each step. A step that
   * cannot be compiled runs operation by operation, as all do with `false`; the run's record says why.
   */
  readonly compile?: Compile;
  /** Seed of the order of examples and of splits, from 0 to 2^32 − 1 (default 0). */
  readonly seed?: number;
}

const OPTIONS = [
  'model',
  'loss',
  'optimizer',
  'learningRate',
  'metrics',
  'callbacks',
  'instruments',
  'compile',
  'seed',
];

/**
 * Trains a model with a loop of its own, in which the gradients of each step are computed once and seen by instruments and
 * callbacks. Each `fit` is a run with a record that shows itself live.
 *
 * A trainer holds the optimizer's tensors and no others; `dispose` frees them.
 */
export class Trainer {
  readonly seed: number;
  readonly #learner: Learner;
  readonly #loss: ResolvedLoss;
  readonly #metrics: readonly Metric[];
  readonly #optimizer: ResolvedOptimizer;
  readonly #callbacks: readonly Callback[];
  readonly #instruments: readonly Instrument[];
  readonly #compile: Compile;
  #run: Run | undefined;
  #live: LiveRun | undefined;
  #disposed = false;

  /** @throws ArgumentError for a model, loss, optimizer, metric or option that cannot be used, before anything is trained */
  constructor(options: TrainerOptions) {
    if (typeof options !== 'object' || options === null) {
      throw new ArgumentError('new Trainer', shown(options), 'an object with model and loss');
    }
    checkOptions('Trainer', options, OPTIONS);
    this.seed = checkInteger('seed', options.seed ?? 0, 0, 0xffffffff);
    this.#learner = learnerOf(options.model);
    this.#loss = resolveLoss(options.loss);
    this.#metrics = resolveMetrics(options.metrics ?? [], this.#loss);
    this.#callbacks = checkList('callbacks', options.callbacks ?? []);
    new CallbackList(this.#callbacks); // checks them
    this.#instruments = checkList('instruments', options.instruments ?? [new GradientNorm()]);
    this.#instruments.forEach(checkInstrument);
    this.#compile = checkCompile(options.compile ?? true);
    this.#optimizer = resolveOptimizer(options.optimizer ?? 'adam', options.learningRate);
  }

  /** The run that goes on, or the last one: also of a `fit` that was interrupted or failed. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** The learning rate, whichever optimizer it is. */
  get learningRate(): number {
    return this.#optimizer.learningRate;
  }

  /** @throws ArgumentError unless it is above 0 */
  set learningRate(rate: number) {
    this.#optimizer.learningRate = checkNumber('learningRate', rate, 0, false);
  }

  /**
   * Trains the model. The run shows itself while it goes on: a live chart under the cell in a notebook, a line in a terminal.
   * @param data inputs `[examples, …]` and targets `[examples, …]`, as the loss takes them
   * @returns the run, when it has ended
   * @throws ArgumentError before any training when data or options are wrong
   * @throws TrainingInterrupted when the cell is interrupted; the model keeps what it learned
   */
  async fit(data: DataInput, options: FitOptions = {}): Promise<Run> {
    return this.#begin('fit', data, options).promise;
  }

  /**
   * Trains the model in the background: returns at once, and other cells run meanwhile. The run's chart, and what its callbacks
   * print, belong to the cell that began it. An interrupt of a later cell leaves the run alone; without a cell that runs, it pauses it.
   * @returns the live run, with `done`, `pause()`, `resume()` and `stop()`
   * @throws ArgumentError at once for options that are wrong; wrong data rejects `done`
   */
  start(data: DataInput, options: FitOptions = {}): LiveRun {
    checkFitOptions(options);
    const { live, promise, begun } = this.#begin('start', data, options);
    live.follow(promise, (error) => {
      // The interrupted cell has shown it.
      if (!(error instanceof TrainingInterrupted)) showRunError(error, begun);
    });
    return live;
  }

  #begin(
    name: 'fit' | 'start',
    data: DataInput,
    options: FitOptions,
  ): { live: LiveRun; promise: Promise<Run>; begun: Beginning } {
    this.#assertUsable();
    if (this.#live)
      throw new Error(
        `Trainer.${name}: this trainer is training already (run ${this.#live.id}); wait for that run to end, or end it with trainer.run.stop().`,
      );
    const begun = beginning();
    const live = (this.#live = new LiveRun(newRunId()));
    const run = async (): Promise<Run> => {
      try {
        await loadTensorFlow();
        const { seed } = this;
        const plan = await planFit(data, options, { learner: this.#learner, loss: this.#loss, seed });
        return await this.#train(plan, live, begun);
      } finally {
        this.#live = undefined;
        if (this.#disposed) this.#optimizer.dispose();
      }
    };
    return { live, promise: run(), begun };
  }

  async #train(plan: FitPlan, live: LiveRun, begun: Beginning): Promise<Run> {
    const callbacks = new CallbackList([...this.#callbacks, ...plan.callbacks], (f) => loop.within(f));
    const record = this.#newRecord(plan, live.id, begun);
    const parts = {
      learner: this.#learner,
      loss: this.#loss,
      metrics: this.#metrics,
      optimizer: this.#optimizer,
      instruments: this.#instruments,
      transforms: callbacks.transforms,
    };
    const loop: FitLoop = new FitLoop(parts, plan, callbacks, record, this.seed, this.#compile);
    const outlet = openRunOutlet(record, loop, begun);
    const run = (this.#run = new Run(record, outlet, loop));
    live.attach(run, loop);
    await loop.run(outlet);
    return run;
  }

  /**
   * Loss and metrics on a data set, in inference mode.
   * @returns values by name: `loss`, and each metric
   */
  async evaluate(
    data: DataInput,
    options: { batchSize?: number } = {},
  ): Promise<Readonly<Record<string, number>>> {
    this.#assertUsable();
    checkOptions('evaluate', options, ['batchSize']);
    const batchSize = checkInteger('batchSize', options.batchSize ?? 256, 1);
    await loadTensorFlow();
    const dataset = await toDataset('data', data);
    checkInputs('data', dataset, this.#learner);
    checkTargets('data', dataset, this.#loss, this.#learner.outputShape);
    return evaluateOn(
      { learner: this.#learner, loss: this.#loss, metrics: this.#metrics },
      dataset,
      batchSize,
      turn,
    );
  }

  /**
   * Predictions, in inference mode.
   * @param x inputs `[examples, …]`
   * @returns `[examples, …]`, as the model gives them
   */
  async predict(x: ArrayInput, options: { batchSize?: number } = {}): Promise<NdArray> {
    this.#assertUsable();
    checkOptions('predict', options, ['batchSize']);
    const batchSize = checkInteger('batchSize', options.batchSize ?? 256, 1);
    await loadTensorFlow();
    const inputs = await toNdArray('x', x);
    const size = inputs.shape[0] ?? 0;
    const dataset = { x: inputs, y: { data: new Float32Array(size), shape: [size] }, size };
    checkInputs('', dataset, this.#learner);
    return predictOn(this.#learner, dataset, batchSize, turn);
  }

  /**
   * Frees the optimizer's tensors. The model, and an optimizer that you passed, stay yours. A run that goes on is stopped; what it
   * needs is freed when it has ended.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#live) this.#live.stop();
    else this.#optimizer.dispose();
  }

  #assertUsable(): void {
    if (this.#disposed) throw new Error('Trainer: this trainer was disposed; make a new one.');
  }

  #newRecord(plan: FitPlan, id: string, { cellId }: Beginning): RunRecord {
    return new RunRecord({
      id,
      name: plan.name,
      createdAt: new Date().toISOString(),
      status: 'running',
      config: this.#config(plan),
      environment: environment(),
      ...(cellId === undefined ? {} : { cellId }),
    });
  }

  #config(plan: FitPlan): JsonObject {
    return {
      model: this.#learner.name,
      parameters: this.#learner.parameters,
      loss: this.#loss.name,
      optimizer: {
        name: this.#optimizer.name,
        ...this.#optimizer.settings,
        learningRate: this.#optimizer.learningRate,
      },
      metrics: this.#metrics.map(({ name }) => name),
      epochs: plan.epochs,
      batchSize: plan.batchSize,
      examples: plan.train.size,
      validationExamples: plan.validation?.size ?? 0,
      shuffle: plan.shuffle,
      seed: this.seed,
    };
  }
}

function checkCompile(value: unknown): Compile {
  return typeof value === 'boolean' ? value : checkChoice('compile', value, ['xla', 'auto'] as const);
}

function checkList<T>(argument: string, value: readonly T[]): readonly T[] {
  if (Array.isArray(value)) return value as readonly T[];
  throw new ArgumentError(argument, shown(value), 'a list');
}

function checkInstrument(instrument: unknown, index: number): void {
  const parts = ['series', 'measure', 'read'] as const;
  if (typeof instrument === 'object' && instrument !== null) {
    const missing = parts.find((part) => typeof Reflect.get(instrument, part) !== 'function');
    if (missing === undefined) return;
    throw new ArgumentError(`instruments[${index}].${missing}`, 'nothing', 'a function');
  }
  throw new ArgumentError(
    `instruments[${index}]`,
    shown(instrument),
    'an instrument, such as new GradientNorm()',
  );
}

function environment(): JsonObject {
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch} ${release()}`,
    ...(toJson(numerics()) as JsonObject),
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
