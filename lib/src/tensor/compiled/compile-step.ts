import type { DataId, Tensor, Variable } from '@tensorflow/tfjs';
import { backend as loaded } from '../backend.js';
import { detached } from '../detached.js';
import type { TensorFlow } from '../types.js';
import { idOf, nativeBackend, type FinishedRun, type Made, type NativeBackend } from './native-functions.js';
import { CONFIG, Preparation, type Variant } from './preparation.js';
import type { StepFunction } from './recorder.js';
import type { CompiledStep, CompileOptions, PendingStep, StepMode } from './types.js';
import { Untraceable } from './untraceable.js';
import { own } from './variables.js';

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
    return this.tf.tidy(() => {
      const given = this.step(...inputs);
      // A list of its own: what the step returns may be one of its inputs.
      return (given instanceof this.tf.Tensor ? [given] : [...given]).map((tensor) => tensor.clone());
    });
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
        variant = this.#preparation(backend).compile(inputs);
        this.recorded++;
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

  #preparation(backend: NativeBackend): Preparation {
    const inputsOf = (variant: Variant, inputs: readonly Tensor[]): number[] =>
      this.#inputs(backend, variant, inputs);
    return new Preparation(this.tf, backend, this.step, this.options, inputsOf);
  }

  #forget(): void {
    const [oldest] = this.#variants;
    if (!oldest) return;
    this.#variants.delete(oldest[0]);
    this.#retire(oldest[1].name);
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

const publish = (backend: NativeBackend, made: readonly Made[]): Tensor[] =>
  made.map((one) => backend.createOutputTensor(one));
