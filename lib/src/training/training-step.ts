import * as tf from '@tensorflow/tfjs';

import type { Batch } from '../data/index.js';
import {
  compileStep,
  detached,
  engineState,
  RandomStream,
  type CompiledStep,
  type PendingStep,
  type StepMode,
} from '../tensor/index.js';
import { computeStep, explained, readStep, type StepParts, type StepResult } from './step.js';

/** How steps are run: optimized as one graph, by XLA, whichever is faster, or operation by operation. */
export type Compile = boolean | 'xla' | 'auto';

/** A step that takes longer is computed while the event loop turns. */
const BLOCKING_MS = 4;

/** A step's results, which are yet to be read. */
export interface Stepped {
  /** Until this is over the step computes on another thread. */
  readonly computing?: Promise<unknown>;
  /** Call it once. @returns undefined when the step was called off: nothing has changed */
  settle(wanted: () => boolean): Promise<StepResult | undefined>;
}

/** The training step of one run: compiled where it can be, operation by operation where not. */
export class TrainingStep {
  readonly #sizes: number[] = [];
  readonly #compiled: CompiledStep | undefined;
  #step = 0;
  /** The step's number as transforms see it. */
  #number = 0;
  #ms = Infinity;

  readonly #random: RandomStream;

  /**
   * @param seed of what layers draw
   * @param onFallback hears once why the step is not compiled, though native TensorFlow computes
   */
  constructor(
    private readonly parts: StepParts,
    compile: Compile,
    seed: number,
    onFallback: (reason: string) => void,
  ) {
    const counter = parts.optimizer.optimizer as unknown as { iterations_?: number };
    this.#random = new RandomStream(seed);
    if (compile === false) return;
    const { optimizer } = parts;
    this.#compiled = compileStep((x, y) => this.#compute(x as tf.Tensor, y as tf.Tensor), {
      xla: compile === 'auto' ? 'auto' : compile === 'xla',
      rates: [{ get: () => optimizer.learningRate, set: (rate) => (optimizer.learningRate = rate) }],
      remember: () => {
        const { iterations_ } = counter;
        return () => {
          if (iterations_ === undefined) delete counter.iterations_;
          else counter.iterations_ = iterations_;
        };
      },
      onFallback: (reason) => {
        this.#number = this.#step;
        onFallback(reason);
      },
    });
  }

  /**
   * Begins a step; what it does in JavaScript is done when this returns. Leaves no tensor behind but the optimizer's
   * slots, also when it throws.
   * @param step number of steps done before this one
   */
  begin({ x, y }: Batch, step: number): Stepped {
    this.#number = this.#step = step;
    const restore = engineState();
    try {
      return detached(() => this.#begin(x, y));
    } catch (error) {
      restore(); // TensorFlow.js leaves what it kept for the gradients
      throw explained(error);
    }
  }

  /** How steps run; undefined before the first has begun. */
  get mode(): StepMode | undefined {
    return this.#compiled ? this.#compiled.mode : 'eager';
  }

  dispose(): void {
    this.#compiled?.dispose();
    this.parts.learner.release();
    this.#random.dispose();
  }

  #begin(x: tf.Tensor, y: tf.Tensor): Stepped {
    const compiled = this.#compiled;
    if (!compiled) {
      const telemetry = tf.tidy(() => this.#compute(x, y));
      return { settle: () => this.#read(telemetry) };
    }
    const began = performance.now();
    if (this.#ms < BLOCKING_MS) {
      const [telemetry] = compiled.run(x, y);
      this.#count();
      this.#ms = performance.now() - began;
      return { settle: () => this.#read(telemetry as tf.Tensor) };
    }
    const pending = compiled.compute(x, y);
    return { computing: pending, settle: (wanted) => this.#settle(pending, began, wanted) };
  }

  async #settle(
    computing: Promise<PendingStep>,
    began: number,
    wanted: () => boolean,
  ): Promise<StepResult | undefined> {
    const pending = await computing;
    this.#ms = performance.now() - began;
    if (!wanted()) {
      pending.drop();
      return undefined;
    }
    const [telemetry] = detached(() => pending.commit());
    this.#count();
    return this.#read(telemetry as tf.Tensor);
  }

  /** What an optimizer counts in JavaScript. */
  #count(): void {
    if (this.#compiled?.mode === 'eager') return;
    (this.parts.optimizer.optimizer as unknown as { incrementIterations(): void }).incrementIterations();
  }

  async #read(telemetry: tf.Tensor): Promise<StepResult> {
    const values = (await telemetry.data()) as Float32Array;
    telemetry.dispose();
    return readStep(this.parts, values, this.#sizes);
  }

  #compute(x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
    this.#sizes.length = 0;
    // The next number each time: a transform that depends on it cannot be compiled, and recording it twice shows that.
    return this.#random.within(() => computeStep(this.parts, { x, y }, this.#number++, this.#sizes));
  }
}
