/** Where in a run a row was measured. */
export interface At {
  /** Optimizer steps done. */
  readonly step: number;
  /** Seconds since the run began. */
  readonly time: number;
  /** Epochs done, with the fraction of the running one. */
  readonly epoch: number;
  /** Training examples seen. */
  readonly examples: number;
}

export type SeriesKind = 'scalar' | 'vector' | 'histogram' | 'event';
export type SeriesDtype = 'float32' | 'float64';

export interface SeriesSpec {
  readonly name: string;
  /** Unit of the values; '' where they have none. */
  readonly unit: string;
  readonly kind: SeriesKind;
  /** Shape of one row's value: `[]` for a scalar or an event, `[n]` for a vector of n components or a histogram of n bins. */
  readonly shape: readonly number[];
  /** How values are stored and sent. TensorFlow.js computes in float32, so nothing is lost by it. */
  readonly dtype: SeriesDtype;
  /** Names of a vector's components (layer names, for example), as many as `shape[0]`. */
  readonly labels?: readonly string[];
}

type Column = Float32Array | Float64Array;

/** The axis columns, in the order in which they are stored and sent. */
export const AXES = ['step', 'time', 'epoch', 'examples'] as const;
export type Axis = (typeof AXES)[number];

/** Values in one row: 0 for an event (it has a text instead). */
export function rowSize(spec: Pick<SeriesSpec, 'kind' | 'shape'>): number {
  return spec.kind === 'event' ? 0 : spec.shape.reduce((product, n) => product * n, 1);
}

/** @throws RangeError when a spec from outside is not one this format knows */
export function checkSpec(spec: SeriesSpec): SeriesSpec {
  const fail = (what: string): never => {
    throw new RangeError(`series ${JSON.stringify(spec.name)}: ${what}.`);
  };
  if (typeof spec.name !== 'string' || spec.name === '') fail('name must be a non-empty string');
  if (typeof spec.unit !== 'string') fail('unit must be a string ("" for none)');
  if (!['scalar', 'vector', 'histogram', 'event'].includes(spec.kind))
    fail(`kind ${String(spec.kind)} is unknown`);
  if (spec.dtype !== 'float32' && spec.dtype !== 'float64') fail(`dtype ${String(spec.dtype)} is unknown`);
  if (
    !Array.isArray(spec.shape) ||
    !spec.shape.every((n: unknown) => Number.isInteger(n) && Number(n) >= 0)
  ) {
    fail(`shape must be a list of whole numbers, got ${JSON.stringify(spec.shape)}`);
  }
  const scalar = spec.kind === 'scalar' || spec.kind === 'event';
  if (scalar !== (spec.shape.length === 0))
    fail(`shape [${spec.shape.join(',')}] does not fit kind ${spec.kind}`);
  if (rowSize(spec) > 1e6) fail('a row has more than 1,000,000 values');
  if (spec.labels !== undefined) {
    const ok = Array.isArray(spec.labels) && spec.labels.every((label: unknown) => typeof label === 'string');
    if (!ok || spec.labels.length !== (spec.shape[0] ?? 0))
      fail(`labels must be ${spec.shape[0] ?? 0} strings`);
  }
  return spec;
}

/** One column-stored series: axis columns, values row by row, and texts for events. Rows are only ever appended. */
export class Series {
  /** Rows held here. */
  #length = 0;
  /** Rows ever written at the source; more than `length` where the series came decimated. */
  #count = 0;
  #axes: Record<Axis, Float64Array>;
  #values: Column;
  readonly #texts: string[] = [];
  readonly size: number;

  constructor(readonly spec: SeriesSpec) {
    checkSpec(spec);
    this.size = rowSize(spec);
    const empty = (): Float64Array => new Float64Array(16);
    this.#axes = { step: empty(), time: empty(), epoch: empty(), examples: empty() };
    this.#values =
      spec.dtype === 'float32' ? new Float32Array(16 * this.size) : new Float64Array(16 * this.size);
  }

  get length(): number {
    return this.#length;
  }

  get count(): number {
    return this.#count;
  }

  get decimated(): boolean {
    return this.#length < this.#count;
  }

  /** One axis column, `length` long: a view, valid until the next append. */
  axis(axis: Axis): Float64Array {
    return this.#axes[axis].subarray(0, this.#length);
  }

  /** All values row by row, `length · size` long: a view, valid until the next append. */
  values(): Float32Array | Float64Array {
    return this.#values.subarray(0, this.#length * this.size);
  }

  /** The values of row `index`, counted from the end when negative. */
  row(index: number): Float32Array | Float64Array {
    const i = index < 0 ? this.#length + index : index;
    if (i < 0 || i >= this.#length) {
      throw new RangeError(`series ${this.spec.name}: row ${index} of ${this.#length} does not exist.`);
    }
    return this.#values.subarray(i * this.size, (i + 1) * this.size);
  }

  /** Component `component` of every row (a copy). */
  component(component: number): Float64Array {
    const column: Float64Array = new Float64Array(this.#length);
    for (let i = 0; i < this.#length; i++) column[i] = this.#values[i * this.size + component] as number;
    return column;
  }

  texts(): readonly string[] {
    return this.#texts;
  }

  /** Appends one row. `value` has `size` numbers (a scalar may be a plain number); for an event it is a text. */
  append(at: At, value: number | ArrayLike<number> | string): void {
    if (this.spec.kind === 'event') {
      if (typeof value !== 'string') throw new TypeError(`series ${this.spec.name}: an event takes a text.`);
      this.#texts.push(value);
    } else if (typeof value === 'string') {
      throw new TypeError(`series ${this.spec.name}: takes numbers, got a text.`);
    } else {
      const row = typeof value === 'number' ? [value] : value;
      if (row.length !== this.size) {
        throw new RangeError(`series ${this.spec.name}: a row has ${this.size} values, got ${row.length}.`);
      }
      this.#reserve(this.#length + 1);
      this.#values.set(row, this.#length * this.size);
    }
    this.#reserve(this.#length + 1);
    for (const axis of AXES) this.#axes[axis][this.#length] = at[axis];
    this.#length++;
    this.#count++;
  }

  /** Appends whole columns, as a chunk brings them. `count` is the source's count after them. */
  appendColumns(
    axes: Record<Axis, ArrayLike<number>>,
    values: ArrayLike<number>,
    texts: readonly string[],
    count: number,
  ): void {
    const n = axes.step.length;
    this.#reserve(this.#length + n);
    for (const axis of AXES) this.#axes[axis].set(axes[axis], this.#length);
    this.#values.set(values, this.#length * this.size);
    this.#texts.push(...texts);
    this.#length += n;
    this.#count = count;
  }

  #reserve(rows: number): void {
    const capacity = this.#axes.step.length;
    if (rows <= capacity) return;
    const larger = Math.max(rows, capacity * 2);
    for (const axis of AXES) {
      const column: Float64Array = new Float64Array(larger);
      column.set(this.#axes[axis]);
      this.#axes[axis] = column;
    }
    const values =
      this.spec.dtype === 'float32'
        ? new Float32Array(larger * this.size)
        : new Float64Array(larger * this.size);
    values.set(this.#values);
    this.#values = values;
  }
}
