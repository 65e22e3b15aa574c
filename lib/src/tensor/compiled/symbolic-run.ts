import type { Binding, Made, Trace } from './native-functions.js';
import { standIn } from './shape-memory.js';

/** Something is not known without computing. */
export class UnknownShape extends Error {}

interface Form {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/**
 * Runs a step without computing what depends on its inputs: TensorFlow infers the types and shapes of that. What does not
 * depend on them, such as an optimizer's slots, is computed.
 */
export class SymbolicRun {
  readonly #trace: Trace;
  /** Tensors that are there, by number; others from outside are taken as they are. */
  readonly #forms = new Map<number, Form>();
  /** Where a tensor stands in the trace: node and output. */
  readonly #places = new Map<number, readonly [number, number]>();
  readonly #symbolic: Set<number>;
  #nodes = 0;

  /** @param inputs numbers of the step's inputs @param known numbers, types and shapes of these and of variables */
  constructor(
    private readonly binding: Binding,
    inputs: readonly number[],
    known: Iterable<readonly [id: number, dtype: number, shape: readonly number[]]>,
  ) {
    this.#trace = binding.beginTrace();
    this.#symbolic = new Set(inputs);
    for (const [id, dtype, shape] of known) this.#forms.set(id, { dtype, shape });
  }

  /** @throws UnknownShape when a result's shape depends on values */
  executeOp(...[op, attributes, inputs, count]: Parameters<Binding['executeOp']>): Made[] {
    if (!inputs.some((id) => this.#symbolic.has(id))) {
      const made = this.binding.executeOp(op, attributes, inputs, count);
      for (const { id, dtype, shape } of made) this.#forms.set(id, { dtype, shape });
      return made;
    }
    const places = inputs.flatMap((id) => this.#place(id));
    const node = this.#nodes;
    const forms = this.binding.traceOp(this.#trace, { op, attributes, inputs: places });
    this.#nodes++;
    return forms.slice(0, count).map((form, i) => {
      if (!form) throw new UnknownShape(`${op} gives a shape that depends on values`);
      const [dtype, ...shape] = form as [number, ...number[]];
      const id = standIn();
      this.#symbolic.add(id);
      this.#places.set(id, [node, i]);
      return { id, dtype, shape };
    });
  }

  #place(id: number): readonly [number, number] {
    let place = this.#places.get(id);
    if (!place) {
      const form = this.#forms.get(id);
      const isInput = form && (this.#symbolic.has(id) || form.dtype === this.binding.TF_FLOAT);
      // The values of integers may be shapes.
      this.binding.traceOp(this.#trace, isInput ? { op: 'Placeholder', ...form } : { op: 'Const', id });
      this.#places.set(id, (place = [this.#nodes++, 0]));
    }
    return place;
  }
}
