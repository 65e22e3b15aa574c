import * as tf from '@tensorflow/tfjs';

import type { Batch } from '../data/index.js';
import {
  compileStep,
  detached,
  engineState,
  isStock,
  RandomStream,
  type CompiledStep,
  type PendingStep,
  type StepMode,
} from '../tensor/index.js';
import { computeStep, explained, readStep, type StepNotes, type StepParts, type StepResult } from './step.js';

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

/** So many phases of the transforms are compiled. */
const MAX_PHASES = 8;

/** The steps of one phase of the transforms. */
interface Phase {
  readonly names: readonly string[];
  readonly notes: StepNotes;
  readonly compiled: CompiledStep | undefined;
}

/** The training step of one run: compiled where it can be, operation by operation where not. */
export class TrainingStep {
  readonly #phases = new Map<string, Phase>();
  #mode: StepMode | undefined;
  #step = 0;
  /** The step's number as transforms see it. */
  #number = 0;
  #ms = Infinity;
  #fallen = false;

  readonly #random: RandomStream;

  /**
   * @param seed of what layers draw
   * @param onFallback hears once why the step is not compiled, though native TensorFlow computes
   */
  constructor(
    private readonly parts: StepParts,
    private readonly compile: Compile,
    seed: number,
    private readonly onFallback: (reason: string) => void,
  ) {
    this.#random = new RandomStream(seed);
  }

  /**
   * Begins a step; what it does in JavaScript is done when this returns. Leaves no tensor behind but the optimizer's
   * slots, also when it throws.
   * @param step number of steps done before this one
   */
  begin({ x, y }: Batch, step: number): Stepped {
    this.#number = this.#step = step;
    const phase = this.#phase(step);
    const restore = engineState();
    try {
      return detached(() => this.#begin(phase, x, y));
    } catch (error) {
      restore(); // TensorFlow.js leaves what it kept for the gradients
      throw explained(error);
    }
  }

  /** How the last step ran; undefined before the first. */
  get mode(): StepMode | undefined {
    return this.#mode;
  }

  dispose(): void {
    this.#phases.forEach(({ compiled }) => compiled?.dispose());
    this.parts.learner.release();
    this.#random.dispose();
  }

  #phase(step: number): Phase {
    const names = this.parts.transforms.map(({ phase }) => phase(step));
    const key = JSON.stringify(names);
    let phase = this.#phases.get(key);
    if (phase) return phase;
    const given = { names, notes: { sizes: [], updates: false } };
    const compiles = [...this.#phases.values()].some(({ compiled }) => compiled && !compiled.reason);
    if (compiles && this.#phases.size === MAX_PHASES)
      this.#fall(`transforms have more than ${MAX_PHASES} phases`);
    phase = { ...given, compiled: this.#phases.size < MAX_PHASES ? this.#compiled(given) : undefined };
    this.#phases.set(key, phase);
    return phase;
  }

  #compiled(phase: Omit<Phase, 'compiled'>): CompiledStep | undefined {
    const { compile } = this;
    if (compile === false) return undefined;
    const { optimizer } = this.parts;
    const counter = optimizer.optimizer as unknown as { iterations_?: number };
    return compileStep((x, y) => this.#compute(phase, x as tf.Tensor, y as tf.Tensor), {
      xla: compile === 'auto' ? 'auto' : compile === 'xla',
      pure: isPure(this.parts),
      rates: [{ get: () => optimizer.learningRate, set: (rate) => (optimizer.learningRate = rate) }],
      remember: () => {
        const { iterations_ } = counter;
        return () => {
          if (iterations_ === undefined) delete counter.iterations_;
          else counter.iterations_ = iterations_;
        };
      },
      onFallback: (reason) => this.#fall(reason),
    });
  }

  #fall(reason: string): void {
    this.#number = this.#step;
    if (!this.#fallen) this.onFallback(reason);
    this.#fallen = true;
  }

  #begin(phase: Phase, x: tf.Tensor, y: tf.Tensor): Stepped {
    const { compiled } = phase;
    if (!compiled) {
      this.#mode = 'eager';
      const telemetry = tf.tidy(() => this.#compute(phase, x, y));
      return { settle: () => this.#read(phase, telemetry) };
    }
    const began = performance.now();
    if (this.#ms < BLOCKING_MS) {
      const [telemetry] = compiled.run(x, y);
      this.#count(phase);
      this.#ms = performance.now() - began;
      return { settle: () => this.#read(phase, telemetry as tf.Tensor) };
    }
    const pending = compiled.compute(x, y);
    return { computing: pending, settle: (wanted) => this.#settle(phase, pending, began, wanted) };
  }

  async #settle(
    phase: Phase,
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
    this.#count(phase);
    return this.#read(phase, telemetry as tf.Tensor);
  }

  /** What an optimizer counts in JavaScript, where its code has not. */
  #count({ compiled, notes }: Phase): void {
    this.#mode = compiled?.mode;
    if (this.#mode === 'eager' || !notes.updates) return;
    (this.parts.optimizer.optimizer as unknown as { incrementIterations(): void }).incrementIterations();
  }

  async #read({ notes }: Phase, telemetry: tf.Tensor): Promise<StepResult> {
    const values = (await telemetry.data()) as Float32Array;
    telemetry.dispose();
    return readStep(this.parts, values, notes.sizes);
  }

  #compute({ names, notes }: Omit<Phase, 'compiled'>, x: tf.Tensor, y: tf.Tensor): tf.Tensor1D {
    // The next number each time: a transform that depends on it cannot be compiled, and recording it twice shows that.
    return this.#random.within(() => {
      const at = { step: this.#number++, phases: names };
      return computeStep(this.parts, { x, y }, at, notes);
    });
  }
}

/** Whether no code of the user's takes part in a step, which may keep tensors. */
const isPure = ({ learner, loss, metrics, optimizer, transforms }: StepParts): boolean =>
  learner.stock &&
  loss.target !== undefined &&
  metrics.every(({ stock }) => stock) &&
  isStock(optimizer.optimizer) &&
  transforms.length === 0;
