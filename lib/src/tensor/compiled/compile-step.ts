import type { DataId, Tensor, Variable } from '@tensorflow/tfjs';
import { backend as loaded } from '../backend.js';
import { detached } from '../detached.js';
import { withKernels } from '../overrides/kernels.js';
import type { TensorFlow } from '../types.js';
import {
  idOf,
  nativeBackend,
  typed,
  type FinishedRun,
  type Made,
  type NativeBackend,
} from './native-functions.js';
import { learnShapes, record, type Rate, type Recording, type StepFunction } from './recorder.js';
import { rehearse } from './rehearsal.js';
import { difference } from './same.js';
import type { ShapeMemory } from './shape-memory.js';
import { UnknownShape } from './symbolic-run.js';
import { Untraceable } from './untraceable.js';

export interface CompileOptions {
  /**
   * Compile by XLA instead of optimizing the graph (grappler). Faster for dense and recurrent models, slower for
   * convolutions, and it takes seconds once; `auto` tries both and keeps the faster. Default false.
   */
  readonly xla?: boolean | 'auto';
  /** Numbers that the step takes from JavaScript and that may change between steps, such as the learning rate. */
  readonly rates?: readonly Rate[];
  /** Notes what the step changes in JavaScript besides variables. @returns puts it back */
  readonly remember?: () => () => void;
  /**
   * The step keeps no tensor from one call to the next, variables aside. Then nothing is computed while it is recorded, which
   * makes the first call of a large model faster. Default false.
   */
  readonly pure?: boolean;
  /** Called once when the step cannot be compiled and runs as it is, with the reason. */
  readonly onFallback?: (reason: string) => void;
  /** A step with more operations (all of a call's steps together) is not compiled. Default 10,000. */
  readonly maxOperations?: number;
  /**
   * Steps in one call. `run` takes the inputs of the first step, then of the second, and so on, and returns outputs in that
   * order; a rate is the same for all of them. Default 1.
   */
  readonly steps?: number;
  /** So many shapes of inputs are compiled for; the one that was used longest ago is forgotten. Default 8. */
  readonly maxShapes?: number;
}

/** How a step runs: as one native call, optimized by grappler or compiled by XLA, or operation by operation. */
export type StepMode = 'graph' | 'xla' | 'eager';

/** A step that has been computed. Nothing has changed yet. */
export interface PendingStep {
  /** Puts the new values into the variables. @returns what the step returned; the caller disposes of it */
  commit(): Tensor[];
  /** Forgets the step. */
  drop(): void;
}

export interface CompiledStep {
  /** Runs the step. @returns what it returned, as a list; the caller disposes of it */
  run(...inputs: Tensor[]): Tensor[];
  /**
   * Computes the step while the event loop turns. Variables that code assigns to meanwhile keep what they were assigned.
   * The inputs may be disposed of at once. A step that is not compiled is done when this returns, and has changed its
   * variables; what it throws is thrown by this.
   */
  compute(...inputs: Tensor[]): Promise<PendingStep>;
  /** How the step last ran; undefined: it has not. */
  readonly mode: StepMode | undefined;
  /** Why it does not run compiled. */
  readonly reason: string | undefined;
  /** Number of times it was recorded. */
  readonly recorded: number;
  dispose(): void;
}

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
const CONFIG = '\x52\x06\x52\x04\x18\x02\x38\x02';

interface Variant {
  readonly name: string;
  readonly mode: 'graph' | 'xla';
  readonly recording: Pick<Recording, 'fetches'> & {
    readonly read: readonly Variable[];
    readonly state: readonly Variable[];
  };
}

/**
 * A training step (or any function of tensors that reads and assigns variables) as one native call. At the first call with
 * inputs of given shapes the step runs three times on the real variables, whose values are then put back: once so that it
 * makes what it makes (an optimizer's slots), twice to record its operations, which computes nothing. What it reads from tensors outside is taken in
 * as it is then, as by Keras's `tf.function`. Every call that counts is compiled.
 *
 * Where a step cannot be compiled (without native TensorFlow; when it reads values, draws random numbers in JavaScript, or
 * differs from call to call) it runs as it is, with the same result, and says why once.
 *
 * Leaves no tensor behind but what it returns.
 * @param step pure but for variables: what it computes depends on its inputs, variables and rates
 */
export function compileStep(step: StepFunction, options: CompileOptions = {}): CompiledStep {
  const tf = loaded()?.tf;
  if (!tf) throw new Error('compileStep: call loadTensorFlow() first.');
  const { steps = 1 } = options;
  if (!Number.isInteger(steps) || steps < 1)
    throw new RangeError(`steps is ${steps}; allowed are integers from 1.`);
  return new Compiler(tf, steps === 1 ? step : several(step, steps), options);
}

/** One step after the other. */
const several =
  (step: StepFunction, steps: number): StepFunction =>
  (...inputs) => {
    if (inputs.length % steps !== 0)
      throw new RangeError(
        `${inputs.length} inputs came for ${steps} steps; each takes as many as the others.`,
      );
    const each = inputs.length / steps;
    return Array.from({ length: steps }, (_, i) => step(...inputs.slice(i * each, (i + 1) * each))).flat();
  };

class Compiler implements CompiledStep {
  mode: StepMode | undefined;
  reason: string | undefined;
  recorded = 0;
  readonly #variants = new Map<string, Variant>();
  readonly #backend: NativeBackend | undefined;
  #inFlight = 0;
  readonly #retired: string[] = [];
  #rateTensors: Tensor[] = [];
  #rateValues: number[] = [];

  constructor(
    private readonly tf: TensorFlow,
    private readonly step: StepFunction,
    private readonly options: CompileOptions,
  ) {
    this.#backend = nativeBackend(tf);
    if (!this.#backend) this.reason = 'only native TensorFlow compiles steps';
  }

  run(...inputs: Tensor[]): Tensor[] {
    const ready = this.#ready(inputs);
    if (!ready) return this.#eager(inputs);
    const { backend, variant } = ready;
    const { state, fetches } = variant.recording;
    const given = this.#inputs(backend, variant, inputs);
    const ids = state.map((variable) => own(backend, variable));
    return publish(backend, backend.binding.runFunction(variant.name, given, ids, fetches, CONFIG));
  }

  compute(...inputs: Tensor[]): Promise<PendingStep> {
    const ready = this.#ready(inputs);
    if (!ready) {
      const outputs = this.#eager(inputs);
      const drop = (): void => outputs.forEach((output) => output.dispose());
      return Promise.resolve({ commit: () => outputs, drop });
    }
    const { backend, variant } = ready;
    const { state } = variant.recording;
    const before = state.map(({ dataId }) => dataId);
    return this.#start(backend, variant, inputs).then((run) => ({
      commit: () => {
        const ids = state.map((variable, i) => this.#target(backend, variable, before[i] as DataId));
        return publish(backend, backend.binding.commitState(run, ids));
      },
      drop: () => backend.binding.dropState(run),
    }));
  }

  dispose(): void {
    for (const { name } of this.#variants.values()) this.#retire(name);
    this.#variants.clear();
    this.#rateTensors.forEach((tensor) => tensor.dispose());
    this.#rateTensors = [];
    this.#rateValues = [];
  }

  #eager(inputs: Tensor[]): Tensor[] {
    this.mode = 'eager';
    const outputs = this.tf.tidy(() => {
      const given = this.step(...inputs);
      // A list of its own: what the step returns may be one of its inputs.
      return (given instanceof this.tf.Tensor ? [given] : [...given]).map((tensor) => tensor.clone());
    });
    return outputs;
  }

  #start(backend: NativeBackend, variant: Variant, inputs: readonly Tensor[]): Promise<FinishedRun> {
    const { state, fetches } = variant.recording;
    const given = this.#inputs(backend, variant, inputs);
    const ids = state.map((variable) => idOf(backend, variable));
    this.#inFlight++;
    return backend.binding.runFunctionAsync(variant.name, given, ids, fetches, CONFIG).finally(() => {
      this.#inFlight--;
      if (this.#inFlight === 0) this.#retired.splice(0).forEach((name) => this.#retire(name));
    });
  }

  /** Removes a function, once none is running. */
  #retire(name: string): void {
    if (this.#inFlight > 0) this.#retired.push(name);
    else this.#backend?.binding.removeFunction(name);
  }

  /** Where the new value of a variable goes: nowhere, if it is gone or was assigned to meanwhile. */
  #target(backend: NativeBackend, variable: Variable, before: DataId): number {
    return variable.isDisposed || variable.dataId !== before ? -1 : own(backend, variable);
  }

  /** In the order of the function's inputs. */
  #inputs(backend: NativeBackend, { recording }: Variant, inputs: readonly Tensor[]): number[] {
    return [...inputs, ...this.#rates(), ...recording.read].map((tensor) => idOf(backend, tensor));
  }

  #rates(): readonly Tensor[] {
    const values = (this.options.rates ?? []).map((rate) => rate.get());
    if (values.some((value, i) => !Object.is(value, this.#rateValues[i]))) {
      this.#rateTensors.forEach((tensor) => tensor.dispose());
      this.#rateTensors = detached(() => values.map((value) => this.tf.scalar(value, 'float32')));
      this.#rateValues = values;
    }
    return this.#rateTensors;
  }

  #ready(inputs: readonly Tensor[]): { backend: NativeBackend; variant: Variant } | undefined {
    const backend = this.#backend;
    if (!backend || this.reason !== undefined) return undefined;
    const key = keyOf(inputs);
    let variant = this.#variants.get(key);
    if (!variant) {
      try {
        variant = this.#compile(backend, inputs);
      } catch (error) {
        if (!(error instanceof Untraceable)) throw error;
        this.reason = error.message;
        this.options.onFallback?.(error.message);
        return undefined;
      }
    } else this.#variants.delete(key);
    // The last used is the last in the list.
    this.#variants.set(key, variant);
    if (this.#variants.size > (this.options.maxShapes ?? 8)) this.#forget();
    this.mode = variant.mode;
    return { backend, variant };
  }

  #forget(): void {
    const [oldest] = this.#variants;
    if (!oldest) return;
    this.#variants.delete(oldest[0]);
    this.#retire(oldest[1].name);
  }

  #compile(backend: NativeBackend, inputs: readonly Tensor[]): Variant {
    const recordings: Recording[] = [];
    const { remember, xla = false } = this.options;
    const modes = xla === 'auto' ? (['graph', 'xla'] as const) : ([xla ? 'xla' : 'graph'] as const);
    const recall = remember?.();
    try {
      const defined = detached(() =>
        rehearse(this.tf, () => {
          const shapes = this.#learn(backend, inputs);
          shapes.recalls = true;
          for (const variable of Object.values(this.tf.engine().registeredVariables)) own(backend, variable);
          return modes.map((mode) => {
            // XLA knows only TensorFlow's operations.
            const pair = withKernels(mode === 'xla' ? 'tensorflow' : 'own', () =>
              [0, 1].map((turn) => this.#record(backend, inputs, turn, shapes)),
            );
            recordings.push(...pair);
            const [first, second] = pair as [Recording, Recording];
            const why = difference(first, second);
            if (why !== undefined) throw new Untraceable(why);
            return this.#define(backend, first, mode);
          });
        }),
      );
      this.recorded++;
      return defined.length > 1 ? this.#faster(backend, defined, inputs) : (defined[0] as Variant);
    } finally {
      recordings.forEach((recording) => recording.release());
      recall?.();
    }
  }

  /** Runs the step so that it makes what it makes, and notes the shapes of what it computes. */
  #learn(backend: NativeBackend, inputs: readonly Tensor[]): ShapeMemory {
    const learn = (computing: boolean): ShapeMemory =>
      learnShapes(this.tf, backend, inputs, computing, () => this.tf.tidy(() => void this.step(...inputs)));
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
  #record(backend: NativeBackend, inputs: readonly Tensor[], turn: number, shapes: ShapeMemory): Recording {
    const { rates = [], maxOperations = 10_000 } = this.options;
    const marks = rates.map((_, i) => mark(i, turn));
    const once = (more: { shapes?: ShapeMemory }): Recording => {
      const options = { rates, marks, maxOperations, ...more };
      return rehearse(this.tf, () => record(this.tf, backend, this.step, inputs, options));
    };
    try {
      return once({ shapes });
    } catch (error) {
      if (!(error instanceof UnknownShape)) throw error;
      return once({});
    }
  }

  #define(backend: NativeBackend, recording: Recording, mode: 'graph' | 'xla'): Variant {
    const name = `gradoscope_step_${++count}`;
    const { nodes, inputs, rates, read, state, outputs, fetches } = recording;
    const order = [...inputs, ...rates, ...read.values(), ...state.values()];
    const attributes: Record<string, string> = mode === 'xla' ? { _XlaMustCompile: TRUE } : {};
    backend.binding.defineFunction(name, nodes, order, outputs, attributes);
    return { name, mode, recording: { fetches, read: [...read.keys()], state: [...state.keys()] } };
  }

  /** Runs each a few times without counting it; the first run, which compiles, aside. */
  #faster(backend: NativeBackend, variants: readonly Variant[], inputs: readonly Tensor[]): Variant {
    const timed = variants.map((variant) => {
      const { state, fetches } = variant.recording;
      const times: number[] = [];
      rehearse(this.tf, () => {
        for (let i = 0; i <= PROBES; i++) {
          const ids = state.map((variable) => own(backend, variable));
          const began = performance.now();
          const made = backend.binding.runFunction(
            variant.name,
            this.#inputs(backend, variant, inputs),
            ids,
            fetches,
            CONFIG,
          );
          made.forEach(({ id }) => backend.binding.deleteTensor(id));
          if (i > 0) times.push(performance.now() - began);
        }
      });
      return { variant, time: Math.min(...times) };
    });
    timed.sort((a, b) => a.time - b.time);
    for (const { variant } of timed.slice(1)) backend.binding.removeFunction(variant.name);
    return (timed[0] as { variant: Variant }).variant;
  }
}

/** Shapes, types, and which inputs are the same tensor: the recording cannot tell those apart. */
const keyOf = (inputs: readonly Tensor[]): string =>
  inputs
    .map(({ dtype, shape, dataId }) => {
      const first = inputs.findIndex((other) => other.dataId === dataId);
      return `${first}:${dtype}[${shape.join()}]`;
    })
    .join(';');

/** A variable's number, which it shares with no other tensor: the value under that number is replaced. */
function own(backend: NativeBackend, variable: Variable): number {
  if (backend.refCount(variable.dataId) > 1) {
    detached(() => {
      const type = typed(backend, 'T', variable.dtype);
      const copy = backend.executeSingleOutput('Identity', [type], [variable]);
      variable.assign(copy);
      copy.dispose();
    });
  }
  return idOf(backend, variable);
}

const publish = (backend: NativeBackend, made: readonly Made[]): Tensor[] =>
  made.map((one) => backend.createOutputTensor(one));
