import type { Tensor } from '@tensorflow/tfjs';
import { compileStep, engineState, RandomStream, type CompiledStep, type Rate } from '../tensor/index.js';
import type { Recording } from '../tensor/compiled/recorder.js';
import type { Train } from '../tensor/train-function.js';
import type { TensorFlow } from '../tensor/types.js';
import { batchInputs, type BatchInputs } from './batch.js';
import { identityOf, sameList, settingsOf } from './identity.js';
import { isKept, type CountedOptimizer, type FitModel } from './model.js';
import { hasOwnCode } from './own-code.js';
import { rateOf } from './rate.js';
import { isSame, recordNow } from './recheck.js';
import { Schedule } from './schedule.js';
import { MAX_SHAPES, Shapes } from './shapes.js';
import { stepping } from './stepping.js';

export interface FitStepOptions {
  readonly xla: boolean | 'auto';
  readonly seed: number;
  /** Hears once why the model's batches are not compiled. */
  readonly tell: (reason: string) => void;
}

const MAX_OPERATIONS = 10_000;

/** The step while a batch is trained. Between batches nothing of the model is held, so that it can be collected. */
interface Current {
  readonly train: Train;
  readonly batch: BatchInputs;
  readonly optimizer: CountedOptimizer;
}

/** What `fit` trains a model on a batch with: compiled from the second batch of a shape on. */
export class FitStep {
  #reason: string | undefined;
  #identity: readonly unknown[] = [];
  #settings: string | undefined;
  #ownCode = false;
  #rates: readonly Rate[] = [];
  #current: Current | undefined;
  #counted = 0;
  readonly #schedule = new Schedule();
  readonly #random: RandomStream;
  readonly #told = new Set<string>();
  /** By which tensors were given. */
  readonly #compiled = new Map<string, CompiledStep>();
  readonly #shapes = new Shapes();

  constructor(
    private readonly tf: TensorFlow,
    private readonly options: FitStepOptions,
  ) {
    this.#random = new RandomStream(options.seed);
  }

  /** @param train TensorFlow.js's own @returns what that gives */
  run(model: FitModel, train: Train, data: Parameters<Train>[0]): Tensor[] {
    if (this.tf.getBackend() !== 'tensorflow') return train(data);
    const due = this.#schedule.due(model);
    this.#follow(model, due === 'fit');
    const batch = this.#reason === undefined ? batchInputs(data) : undefined;
    if (!batch) return train(data);
    stepping(true);
    try {
      this.#current = { train, batch, optimizer: model.optimizer_ };
      if (this.#ownCode && due) this.#recheck(batch, due);
      const shape = this.#reason === undefined ? this.#shapes.next(batch) : 'new';
      if (shape === 'full')
        this.#tell(`its batches have more than ${MAX_SHAPES} shapes; those of further ones are not compiled`);
      if (shape === 'new' || shape === 'full') return this.#plain(batch.tensors);
      return this.#runCompiled(batch, shape === 'again');
    } finally {
      this.#current = undefined;
      stepping(false);
    }
  }

  dispose(): void {
    this.#forget();
    this.#random.dispose();
  }

  #follow(model: FitModel, fit: boolean): void {
    const identity = identityOf(this.tf, model);
    const changed = !sameList(identity, this.#identity);
    if (changed) {
      this.#identity = identity;
      this.#ownCode = hasOwnCode(this.tf, model);
      const rate = rateOf(model.optimizer_);
      this.#rates = rate ? [rate] : [];
    }
    const settings = this.#ownCode ? undefined : changed || fit ? settingsOf(model) : this.#settings;
    if (!changed && settings === this.#settings) return;
    this.#settings = settings;
    this.#forget();
    this.#reason = undefined;
    if (model.stateful) this.#giveUp('a layer of it keeps its state from batch to batch');
  }

  #forget(): void {
    for (const step of this.#compiled.values()) step.dispose();
    this.#compiled.clear();
    this.#shapes.clear();
  }

  #giveUp(reason: string): void {
    this.#reason = reason;
    this.#tell(reason);
  }

  #tell(reason: string): void {
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.options.tell(reason);
  }

  #runCompiled(batch: BatchInputs, again: boolean): Tensor[] {
    const { optimizer } = this.#current as Current;
    const compiled = this.#step(batch.pattern);
    const outputs = compiled.run(...batch.tensors);
    if (compiled.mode === 'eager') return outputs;
    if (this.#counted > 0) optimizer.iterations_ = (optimizer.iterations_ ?? 0) + this.#counted;
    if (!again) return outputs;
    this.#shapes.compiled(batch, this.#ownCode ? this.#record(batch.tensors) : undefined);
    this.#schedule.recorded();
    return outputs;
  }

  #step(pattern: string): CompiledStep {
    let step = this.#compiled.get(pattern);
    if (step) return step;
    const { xla } = this.options;
    step = compileStep((...given) => this.#recorded(given), {
      xla,
      pure: !this.#ownCode,
      rates: this.#rates,
      maxOperations: MAX_OPERATIONS,
      maxShapes: MAX_SHAPES,
      remember: () => this.#remember(),
      onFallback: (reason) => this.#giveUp(reason),
    });
    this.#compiled.set(pattern, step);
    return step;
  }

  #remember(): () => void {
    const { optimizer } = this.#current as Current;
    const { iterations_ } = optimizer;
    return () => {
      if (iterations_ === undefined) delete optimizer.iterations_;
      else optimizer.iterations_ = iterations_;
    };
  }

  /** TensorFlow.js's own step. What it keeps is kept no more: who asked for it keeps it. */
  #plain(given: readonly Tensor[]): Tensor[] {
    const { train, batch, optimizer } = this.#current as Current;
    const data = batch.arrange(given);
    const before = optimizer.iterations_ ?? 0;
    const outputs = this.#reason === undefined ? this.#random.within(() => train(data)) : train(data);
    this.#counted = (optimizer.iterations_ ?? 0) - before;
    return outputs.map((output) => {
      if (!isKept(output)) return output;
      const copy = output.clone();
      output.dispose();
      return copy;
    });
  }

  /** {@link #plain}, which is given up in the middle where it cannot be recorded. */
  #recorded(given: readonly Tensor[]): Tensor[] {
    const restore = engineState();
    try {
      return this.#plain(given);
    } catch (error) {
      restore(); // TensorFlow.js leaves what it kept for the gradients
      stepping(true); // which is over after a repair
      throw error;
    }
  }

  #record(tensors: readonly Tensor[]): Recording | undefined {
    const putBack = this.#remember();
    try {
      return recordNow(this.tf, (...given) => this.#recorded(given), tensors, this.#rates, MAX_OPERATIONS);
    } finally {
      putBack();
    }
  }

  /** Code of the user's own may take other numbers from JavaScript than when it was recorded. */
  #recheck(batch: BatchInputs, due: 'fit' | 'epoch' | 'batch'): void {
    const before = this.#shapes.recording(batch);
    if (!before || isSame(before, this.#record(batch.tensors))) return;
    if (due !== 'batch') this.#forget();
    else this.#giveUp('it computes with numbers or tensors of JavaScript that change from batch to batch');
  }
}
