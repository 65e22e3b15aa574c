import * as tf from '@tensorflow/tfjs';

import { checkNumber } from '../data/argument.js';
import { batches, Random, type Batch } from '../data/index.js';
import type { At, Command, RunControls, RunOutlet, RunRecord } from '../run/index.js';
import type { CallbackContext } from './callback.js';
import type { CallbackList } from './callback-list.js';
import { eachDetached } from '../tensor/index.js';
import { ending } from './ending.js';
import { StepTerminated, TrainingInterrupted } from './errors.js';
import { evaluateOn, Means } from './evaluate.js';
import type { FitPlan } from './fit-options.js';
import { Pace } from './progress.js';
import type { StepParts, StepResult } from './step.js';
import { TrainingStep, type Compile, type Stepped } from './training-step.js';
import { captureWeights } from './weights.js';

/** Milliseconds of training between two turns of the event loop, in which other cells and messages have theirs. */
const TURN_MS = 10;
/** After so many milliseconds a loop that has taken no turn is known to be dead. */
const CHECK_MS = 500;
/** Milliseconds between two looks at the world while paused. */
const PAUSE_MS = 30;

/** One call of `fit`: walks over epochs and batches, writes the record, and hears commands at each step boundary. */
export class FitLoop implements RunControls {
  readonly #pace: Pace;
  readonly #random: Random;
  #outlet: RunOutlet | undefined;
  #stopReason: string | undefined;
  #interrupted = false;
  #paused = false;
  #stepsAllowed = 0;
  #lastTurn = performance.now();
  #learningRate: number | undefined;
  #batch: Batch | undefined;
  readonly #training: TrainingStep;
  /** A step is on its way on another thread. */
  #computing: Promise<unknown> | undefined;
  /** Code of the user's, or a step, has been called and has not returned. */
  #calling = 0;
  #onStack = 0;
  /** Counts the turns of the event loop that the loop has taken. */
  #turns = 0;
  #ended = false;
  #abandon: (error: Error) => void = () => undefined;

  constructor(
    private readonly parts: StepParts,
    private readonly plan: FitPlan,
    private readonly callbacks: CallbackList,
    private readonly record: RunRecord,
    seed: number,
    compile: Compile,
  ) {
    this.#training = new TrainingStep(parts, compile, seed, (reason) =>
      record.event('eager', this.#at(), `The step runs operation by operation: ${reason}.`),
    );
    this.#pace = new Pace(plan.stepsPerEpoch, plan.epochs);
    this.#random = new Random(seed);
    const { groups } = parts.learner;
    for (const spec of parts.instruments.flatMap((instrument) => instrument.series(groups)))
      record.declare(spec);
  }

  /** Trains. The record ends with a status and a reason, whatever happens; an error is thrown on after that. */
  async run(outlet: RunOutlet): Promise<void> {
    this.#outlet = outlet;
    const abandoned = new Promise<never>((_, reject) => (this.#abandon = reject));
    let failure: unknown;
    try {
      await Promise.race([this.#train(), abandoned]);
    } catch (error) {
      failure = error;
    }
    this.#ended = true;
    this.#training.dispose();
    if (failure instanceof TrainingInterrupted)
      this.record.event('interrupted', this.#at(), `at step ${this.#pace.step}`);
    this.record.update(ending(failure, this.#stopReason, this.plan.epochs));
    outlet.close();
    if (failure !== undefined) throw failure;
  }

  async #train(): Promise<void> {
    const context = this.#context();
    let failure: unknown;
    try {
      await this.callbacks.trainBegin(context);
      await this.#epochs(context);
    } catch (error) {
      failure = error;
    }
    try {
      await this.callbacks.trainEnd(context);
    } catch (error) {
      failure ??= error;
    }
    if (failure !== undefined) throw failure;
  }

  command(command: Command, value?: number): string | undefined {
    switch (command) {
      case 'pause':
        this.#setPaused(true);
        return undefined;
      case 'resume':
        this.#setPaused(false);
        return undefined;
      case 'step':
        if (!this.#paused) return 'Pause before going on step by step.';
        this.#stepsAllowed++;
        return undefined;
      case 'stop':
        this.#stop('stopped by the user');
        return undefined;
      case 'learningRate':
        if (value === undefined || !Number.isFinite(value) || value <= 0)
          return 'A learning rate must be above 0.';
        this.parts.optimizer.learningRate = value;
        this.#noteLearningRate();
        return undefined;
    }
  }

  interrupt(): void {
    this.#interrupted = true;
  }

  cut(what: 'cell' | 'code' | 'unknown'): void {
    if (what === 'cell') return this.#giveUp(new TrainingInterrupted(this.#pace.step));
    if (what === 'code' && this.#calling > 0) return this.#giveUp(new StepTerminated(this.#pace.step));
    // A loop that lives is in step with the event loop, unless it waits for a callback or a step.
    const check = (): void => {
      const turns = this.#turns;
      setTimeout(() => {
        if (this.#turns === turns && (this.#calling === 0 || this.#onStack > 0))
          this.#giveUp(new StepTerminated(this.#pace.step));
      }, CHECK_MS);
    };
    (this.#computing ?? Promise.resolve()).then(check, check);
  }

  #giveUp(error: Error): void {
    if (this.#ended) return;
    this.#interrupted = true; // should it go on after all, it ends at the next boundary
    this.#abandon(error);
    if (this.#batch) tf.dispose([this.#batch.x, this.#batch.y]);
    // They may hold tensors. What they do after an await in a cell that is over never comes: nothing waits for it.
    this.callbacks.trainEnd(this.#context()).catch(() => undefined);
  }

  /** Calls code of the user's as that of the run's cell. */
  within<T>(f: () => T): T {
    const call = (): T => {
      this.#calling++;
      this.#onStack++;
      let result: T | undefined;
      try {
        return (result = f());
      } finally {
        this.#onStack--;
        const over = (): void => void this.#calling--;
        if (result instanceof Promise) result.then(over, over);
        else over();
      }
    };
    return this.#outlet?.within ? this.#outlet.within(call) : call();
  }

  async #epochs(context: CallbackContext): Promise<void> {
    this.#noteLearningRate();
    for (let epoch = 0; epoch < this.plan.epochs && this.#stopReason === undefined; epoch++) {
      await this.callbacks.epochBegin(epoch, context);
      const means = await this.#epoch(context);
      const logs = { ...means.logs(), ...(await this.#validate()) };
      const at = this.#at();
      for (const [name, value] of Object.entries(logs)) this.record.scalar(name, at, value);
      await this.callbacks.epochEnd(epoch, logs, context);
      this.#noteLearningRate();
      this.#outlet?.flush();
    }
  }

  async #epoch(context: CallbackContext): Promise<Means> {
    const { train, batchSize, shuffle } = this.plan;
    const means = new Means();
    const order = shuffle ? this.#random.permutation(train.size) : undefined;
    let index = 0;
    for (const batch of eachDetached(batches(train, batchSize, order))) {
      this.#batch = batch;
      try {
        await this.#boundary();
        if (this.#stopReason !== undefined) break;
        await this.callbacks.batchBegin(index, context);
        const { logs } = await this.#step(batch);
        means.add(logs, batch.size);
        await this.callbacks.batchEnd(index, logs, context);
      } finally {
        tf.dispose([batch.x, batch.y]);
        this.#batch = undefined;
      }
      index++;
      this.#outlet?.tick();
    }
    return means;
  }

  async #step(batch: Batch): Promise<StepResult> {
    const whole = (): Stepped => {
      this.#outlet?.enterStep();
      try {
        return this.#training.begin(batch, this.#pace.step);
      } finally {
        this.#outlet?.exitStep();
      }
    };
    const turn = setImmediate(() => this.#turned());
    const stepped = this.within(whole);
    this.#computing = stepped.computing;
    const result = await stepped.settle(() => !this.#ended);
    this.#computing = undefined;
    clearImmediate(turn);
    // The run has ended meanwhile: nothing waits for this.
    if (result === undefined) throw new TrainingInterrupted(this.#pace.step);
    this.#noteMode();
    this.#pace.count(batch.size);
    const at = this.#at();
    for (const [name, value] of Object.entries(result.logs)) this.record.scalar(`batch_${name}`, at, value);
    for (const [name, value] of Object.entries(result.readings)) this.record.append(name, at, value);
    this.record.update({ progress: this.#pace.progress() });
    return result;
  }

  async #validate(): Promise<Record<string, number>> {
    const { validation, batchSize } = this.plan;
    if (validation === undefined) return {};
    const logs = await evaluateOn(this.parts, validation, Math.max(batchSize, 256), () => this.#boundary());
    return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
  }

  /** Between two steps: lets the event loop turn when it is time, waits while paused, ends when interrupted. */
  async #boundary(): Promise<void> {
    if (performance.now() - this.#lastTurn >= TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#turned();
    }
    while (this.#paused && this.#stopReason === undefined && !this.#interrupted) {
      if (this.#stepsAllowed > 0) {
        this.#stepsAllowed--;
        break;
      }
      this.#outlet?.tick();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      this.#turns++;
    }
    if (this.#interrupted) throw new TrainingInterrupted(this.#pace.step);
  }

  /** The event loop has had a turn. */
  #turned(): void {
    this.#turns++;
    this.#lastTurn = performance.now();
  }

  #stop(reason: string): void {
    this.#stopReason ??= reason;
  }

  #setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#pace.pause();
    else this.#pace.resume();
    this.record.update({ status: paused ? 'paused' : 'running' });
    this.record.event(paused ? 'paused' : 'resumed', this.#at(), `at step ${this.#pace.step}`);
  }

  /** How the first step ran, which resuming repeats; or that it does not run compiled any more. */
  #noteMode(): void {
    const { mode } = this.#training;
    const { environment } = this.record.header;
    if (mode === undefined || ('mode' in environment && (mode !== 'eager' || environment['mode'] === mode)))
      return;
    this.record.update({ environment: { ...environment, mode } });
  }

  #noteLearningRate(): void {
    const rate = this.parts.optimizer.learningRate;
    if (rate === this.#learningRate) return;
    this.#learningRate = rate;
    this.record.scalar('learning_rate', this.#at(), rate);
  }

  #at(): At {
    const { step, seconds, epoch, examples } = this.#pace;
    return { step, time: seconds, epoch, examples };
  }

  #context(): CallbackContext {
    const { plan, parts, record } = this;
    const { optimizer, learner, metrics } = parts;
    const names = ['loss', ...metrics.map(({ name }) => name)];
    const at = (): At => this.#at();
    return {
      params: {
        epochs: plan.epochs,
        stepsPerEpoch: plan.stepsPerEpoch,
        batchSize: plan.batchSize,
        metrics: plan.validation === undefined ? names : [...names, ...names.map((name) => `val_${name}`)],
      },
      get at() {
        return at();
      },
      get learningRate() {
        return optimizer.learningRate;
      },
      set learningRate(rate: number) {
        optimizer.learningRate = checkNumber('learningRate', rate, 0, false);
      },
      stop: (reason) => {
        this.#stop(reason);
        record.event('stopped', at(), reason);
      },
      event: (name, text) => {
        record.event(name, at(), text);
      },
      captureWeights: () => captureWeights(learner),
    };
  }
}
