import type { Tensor, Variable } from '@tensorflow/tfjs';
import { detached } from '../detached.js';
import { withKernels } from '../overrides/kernels.js';
import type { TensorFlow } from '../types.js';
import { learnShapes } from './learn-shapes.js';
import type { NativeBackend } from './native-functions.js';
import { record, type Recording, type StepFunction } from './recorder.js';
import { rehearse } from './rehearsal.js';
import { difference } from './same.js';
import type { ShapeMemory } from './shape-memory.js';
import { UnknownShape } from './symbolic-run.js';
import type { CompileOptions } from './types.js';
import { Untraceable } from './untraceable.js';
import { own } from './variables.js';

let count = 0;

/** float32 values that no code uses by chance; each a different one in the second recording. */
const mark = (i: number, turn: number): number => Math.fround(0.713409 + 0.0137 * i + 0.0000917 * turn);
/** The serialized AttrValue `{b: true}`. */
const TRUE = '\x28\x01';
const PROBES = 3;
/**
 * The serialized ConfigProto `{graph_options: {rewrite_options: {constant_folding: OFF, arithmetic_optimization: OFF}}}`: they
 * would multiply by the reciprocal where the step divides by a constant, and by `rsqrt` where it divides by a root, which
 * gives other bits than the eager step.
 */
export const CONFIG = '\x52\x06\x52\x04\x18\x02\x38\x02';

/** A step for inputs of some shapes, as a function of TensorFlow. */
export interface Variant {
  readonly name: string;
  readonly mode: 'graph' | 'xla';
  readonly recording: Pick<Recording, 'fetches'> & {
    readonly read: readonly Variable[];
    readonly state: readonly Variable[];
  };
}

/** Makes functions of TensorFlow of a step. */
export class Preparation {
  /** @param inputsOf numbers of the function's inputs, in their order */
  constructor(
    private readonly tf: TensorFlow,
    private readonly backend: NativeBackend,
    private readonly step: StepFunction,
    private readonly options: CompileOptions,
    private readonly inputsOf: (variant: Variant, inputs: readonly Tensor[]) => number[],
  ) {}

  /** Records the step and defines it. @throws Untraceable */
  compile(inputs: readonly Tensor[]): Variant {
    const recordings: Recording[] = [];
    const { remember, xla = false } = this.options;
    const modes = xla === 'auto' ? (['graph', 'xla'] as const) : ([xla ? 'xla' : 'graph'] as const);
    const recall = remember?.();
    try {
      const defined = detached(() =>
        rehearse(this.tf, () => {
          const shapes = this.#learn(inputs);
          shapes.recalls = true;
          for (const variable of Object.values(this.tf.engine().registeredVariables))
            own(this.backend, variable);
          return modes.map((mode) => {
            // XLA knows only TensorFlow's operations.
            const pair = withKernels(mode === 'xla' ? 'tensorflow' : 'own', () =>
              [0, 1].map((turn) => this.#record(inputs, turn, shapes)),
            );
            recordings.push(...pair);
            const [first, second] = pair as [Recording, Recording];
            const why = difference(first, second);
            if (why !== undefined) throw new Untraceable(why);
            return this.#define(first, mode);
          });
        }),
      );
      return defined.length > 1 ? this.#faster(defined, inputs) : (defined[0] as Variant);
    } finally {
      recordings.forEach((recording) => recording.release());
      recall?.();
    }
  }

  /** Runs the step so that it makes what it makes, and notes the shapes of what it computes. */
  #learn(inputs: readonly Tensor[]): ShapeMemory {
    const learn = (computing: boolean): ShapeMemory =>
      learnShapes(this.tf, this.backend, inputs, computing, () =>
        this.tf.tidy(() => void this.step(...inputs)),
      );
    if (this.options.pure === true) {
      try {
        return rehearse(this.tf, () => learn(false));
      } catch (error) {
        if (!(error instanceof UnknownShape)) throw error;
      }
    }
    return learn(true);
  }

  /** Without computing anything, where all shapes are known. */
  #record(inputs: readonly Tensor[], turn: number, shapes: ShapeMemory): Recording {
    const { rates = [], maxOperations = 10_000 } = this.options;
    const marks = rates.map((_, i) => mark(i, turn));
    const once = (more: { shapes?: ShapeMemory }): Recording => {
      const options = { rates, marks, maxOperations, ...more };
      return rehearse(this.tf, () => record(this.tf, this.backend, this.step, inputs, options));
    };
    try {
      return once({ shapes });
    } catch (error) {
      if (!(error instanceof UnknownShape)) throw error;
      return once({});
    }
  }

  #define(recording: Recording, mode: 'graph' | 'xla'): Variant {
    const name = `gradoscope_step_${++count}`;
    const { nodes, inputs, rates, read, state, outputs, fetches } = recording;
    const order = [...inputs, ...rates, ...read.values(), ...state.values()];
    const attributes: Record<string, string> = mode === 'xla' ? { _XlaMustCompile: TRUE } : {};
    this.backend.binding.defineFunction(name, nodes, order, outputs, attributes);
    return { name, mode, recording: { fetches, read: [...read.keys()], state: [...state.keys()] } };
  }

  /** Runs each a few times without counting it; the first run, which compiles, aside. */
  #faster(variants: readonly Variant[], inputs: readonly Tensor[]): Variant {
    const timed = variants.map((variant) => {
      const { state, fetches } = variant.recording;
      const times: number[] = [];
      rehearse(this.tf, () => {
        for (let i = 0; i <= PROBES; i++) {
          const ids = state.map((variable) => own(this.backend, variable));
          const began = performance.now();
          const made = this.backend.binding.runFunction(
            variant.name,
            this.inputsOf(variant, inputs),
            ids,
            fetches,
            CONFIG,
          );
          made.forEach(({ id }) => this.backend.binding.deleteTensor(id));
          if (i > 0) times.push(performance.now() - began);
        }
      });
      return { variant, time: Math.min(...times) };
    });
    timed.sort((a, b) => a.time - b.time);
    for (const { variant } of timed.slice(1)) this.backend.binding.removeFunction(variant.name);
    return (timed[0] as { variant: Variant }).variant;
  }
}
