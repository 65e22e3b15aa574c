import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';
import {
  idOf,
  typed,
  type Attribute,
  type Binding,
  type GraphNode,
  type NativeBackend,
} from './native-functions.js';
import { engineState } from '../engine-state.js';
import { known } from './learn-shapes.js';
import type { ShapeMemory } from './shape-memory.js';
import { UnknownShape } from './symbolic-run.js';
import { Untraceable } from './untraceable.js';
import { watched } from './watched.js';

/** A number that code takes from JavaScript, such as a learning rate, and that may change from step to step. */
export interface Rate {
  get(): number;
  set(value: number): void;
}

/** A step as a graph. Numbers name nodes. */
export interface Recording {
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly number[];
  readonly rates: readonly number[];
  /** Variables that are read only, and their nodes. */
  readonly read: ReadonlyMap<Variable, number>;
  /** Variables that are assigned to, and their nodes. */
  readonly state: ReadonlyMap<Variable, number>;
  /** `[node, output, …]`: the fetches, then the new values of the state. */
  readonly outputs: readonly number[];
  readonly single: boolean;
  readonly fetches: number;
  /** Values of the constants that the step made, by node: the same each time it is recorded. */
  readonly constants: ReadonlyMap<number, ArrayLike<unknown>>;
  /** Frees the constants, once the function is defined or given up. */
  release(): void;
}

export interface RecordOptions {
  readonly rates: readonly Rate[];
  /** Numbers that stand for the rates while the step is recorded; float32 values that code does not use by chance. */
  readonly marks: readonly number[];
  readonly maxOperations: number;
  /** Of a run of the step; with it nothing is computed. */
  readonly shapes?: ShapeMemory;
}

export type StepFunction = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/**
 * Runs a step once and notes each operation that it asks the native backend for. What it returns and assigns is computed,
 * as always; the caller puts the variables back.
 * @throws Untraceable when it reads a value, draws random numbers in JavaScript, makes variables, or is too long
 */
export function record(
  tf: TensorFlow,
  backend: NativeBackend,
  step: StepFunction,
  inputs: readonly Tensor[],
  options: RecordOptions,
): Recording {
  return new Recorder(tf, backend, options).run(step, inputs);
}

type Place = readonly [node: number, output: number];

class Recorder {
  readonly #nodes: GraphNode[] = [];
  readonly #places = new Map<number, Place>();
  readonly #constants = new Map<number, ArrayLike<unknown>>();
  readonly #made = new Set<number>();
  readonly #kept: number[] = [];
  readonly #variables: readonly Variable[];
  readonly #before: ReadonlyMap<number, Variable>;
  readonly #variableNodes = new Map<Variable, number>();
  readonly #binding: Binding;
  #rates: number[] = [];
  #negated = new Map<number, number>();

  constructor(
    private readonly tf: TensorFlow,
    private readonly backend: NativeBackend,
    private readonly options: RecordOptions,
  ) {
    this.#binding = backend.binding;
    this.#variables = Object.values(tf.engine().registeredVariables);
    this.#before = new Map(this.#variables.map((variable) => [idOf(backend, variable), variable]));
  }

  run(step: StepFunction, given: readonly Tensor[]): Recording {
    this.options.shapes?.begin(known(this.tf, this.backend, given));
    const restore = engineState();
    const inputs = given.map((tensor) => this.#placeholder(tensor, idOf(this.backend, tensor)));
    this.#rates = this.options.rates.map(() =>
      this.#add({ op: 'Placeholder', dtype: this.#binding.TF_FLOAT, shape: [] }),
    );
    const values = this.options.rates.map((rate) => rate.get());
    const random = Math.random;
    Math.random = () => {
      throw new Untraceable('it draws random numbers in JavaScript');
    };
    this.backend.binding = this.#watched();
    try {
      this.options.rates.forEach((rate, i) => rate.set(this.options.marks[i] as number));
      let recording: Recording | undefined;
      this.tf.tidy(() => {
        recording = this.#finish(inputs, step(...given));
      });
      return recording as unknown as Recording;
    } catch (error) {
      restore(); // TensorFlow.js leaves what it kept for the gradients
      this.#release();
      throw error;
    } finally {
      this.backend.binding = this.#binding;
      Math.random = random;
      this.options.rates.forEach((rate, i) => rate.set(values[i] as number));
    }
  }

  #finish(inputs: readonly number[], fetched: Tensor | readonly Tensor[]): Recording {
    const single = fetched instanceof this.tf.Tensor;
    const fetches = single ? [fetched] : fetched;
    const registered = Object.values(this.tf.engine().registeredVariables);
    if (registered.length !== this.#variables.length || registered.some((v, i) => v !== this.#variables[i]))
      throw new Untraceable('it makes or frees variables');
    const outputs = fetches.flatMap((tensor) => this.#place(idOf(this.backend, tensor)));
    const state = new Map<Variable, number>();
    for (const [before, variable] of this.#before) {
      const after = idOf(this.backend, variable);
      if (after === before) continue;
      state.set(variable, this.#variableNode(variable, before));
      outputs.push(...this.#place(after));
    }
    const read = new Map([...this.#variableNodes].filter(([variable]) => !state.has(variable)));
    return {
      nodes: this.#nodes,
      inputs,
      rates: this.#rates,
      read,
      state,
      outputs,
      single,
      fetches: fetches.length,
      constants: this.#constants,
      release: () => this.#release(),
    };
  }

  #release(): void {
    for (const id of this.#kept.splice(0)) this.#binding.deleteTensor(id);
  }

  #add(node: GraphNode): number {
    if (this.#nodes.length >= this.options.maxOperations)
      throw new Untraceable(`it takes more than ${this.options.maxOperations} operations`);
    return this.#nodes.push(node) - 1;
  }

  #placeholder(tensor: Tensor, id: number): number {
    const dtype = this.backend.getDTypeInteger(tensor.dtype);
    const node = this.#add({ op: 'Placeholder', dtype, shape: tensor.shape });
    this.#places.set(id, [node, 0]);
    return node;
  }

  #variableNode(variable: Variable, id: number): number {
    let node = this.#variableNodes.get(variable);
    if (node === undefined) this.#variableNodes.set(variable, (node = this.#placeholder(variable, id)));
    return node;
  }

  /** Where a tensor comes from. One from outside of the step is taken in with its present value. */
  #place(id: number): Place {
    const known = this.#places.get(id);
    if (known) return known;
    const variable = this.#before.get(id);
    const node = variable ? this.#variableNode(variable, id) : this.#add({ op: 'Const', id });
    const place: Place = [node, 0];
    this.#places.set(id, place);
    return place;
  }

  #watched(): Binding {
    const binding = this.#binding;
    const refuse = (why: string) => (): never => {
      throw new Untraceable(why);
    };
    const watch: Partial<Binding> = {
      executeOp: (op, attributes, inputs, count) => {
        const { shapes } = this.options;
        const outputs = shapes
          ? shapes.execute(binding, op, attributes, inputs, count)
          : binding.executeOp(op, attributes, inputs, count);
        if (!outputs) throw new UnknownShape(op);
        this.#note(
          op,
          attributes,
          inputs,
          outputs.map(({ id }) => id),
        );
        return outputs;
      },
      createTensor: (shape, dtype, values) => {
        const id = binding.createTensor(shape, dtype, values);
        this.options.shapes?.made(id, shape, dtype, values, dtype !== binding.TF_FLOAT);
        this.#constant(id, shape, dtype, values);
        return id;
      },
      deleteTensor: (id) => {
        // The definition needs it still.
        if (this.#made.has(id)) this.#kept.push(id);
        else binding.deleteTensor(id);
      },
      tensorDataSync: refuse('it reads the value of a tensor'),
      runSavedModel: refuse('it runs a SavedModel'),
    };
    return watched(binding, watch);
  }

  #note(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: readonly number[],
  ): void {
    const node = this.#add({ op, attributes, inputs: inputs.flatMap((id) => this.#place(id)) });
    outputs.forEach((id, i) => this.#places.set(id, [node, i]));
  }

  #constant(id: number, shape: readonly number[], dtype: number, values: ArrayLike<unknown>): void {
    const rate = shape.length === 0 && dtype === this.#binding.TF_FLOAT ? this.#rateOf(values[0]) : undefined;
    if (rate !== undefined) return void this.#places.set(id, [rate, 0]);
    this.#made.add(id);
    const node = this.#add({ op: 'Const', id });
    this.#constants.set(node, values);
    this.#places.set(id, [node, 0]);
  }

  /** The node of a rate, or of its opposite. */
  #rateOf(value: unknown): number | undefined {
    const i = this.options.marks.findIndex((mark) => mark === value || mark === -(value as number));
    if (i < 0) return undefined;
    const node = this.#rates[i] as number;
    if (this.options.marks[i] === value) return node;
    let negated = this.#negated.get(node);
    if (negated === undefined) {
      const attributes = [typed(this.backend, 'T', 'float32')];
      this.#negated.set(node, (negated = this.#add({ op: 'Neg', attributes, inputs: [node, 0] })));
    }
    return negated;
  }
}
