import type { Binding, Made } from './native-functions.js';

/** Results of these have as many rows as the data says. */
const BY_DATA =
  /^(?:Where|Unique|NonMaxSuppression|Sparse|Ragged|String|DynamicPartition|ListDiff|SetDiff|Bincount|DenseBincount)/;
/** Longer lists of integers are data, not shapes. */
const MAX_VALUES = 64;

let lastStandIn = -1;

/** The number of a tensor that is not there: tfjs-node frees none below 0, and −1 is one whose values wait in JavaScript. */
export const standIn = (): number => --lastStandIn;

type Form = readonly { readonly shape: readonly number[]; readonly dtype: number }[];

/**
 * What shapes each operation gave, so that a step that has run once can be recorded without computing anything: shapes follow
 * from the operation, its attributes, the shapes of its inputs and the integers that JavaScript made for it.
 */
export class ShapeMemory {
  readonly #forms = new Map<string, Form>();
  /** How tensors look to an operation, by number. */
  #looks = new Map<number, string>();
  #usable = true;
  /** Does it stand in for operations, or learn from them? */
  recalls = false;

  /** Begins a run. @param known tensors that are there before it */
  begin(known: Iterable<readonly [id: number, dtype: number, shape: readonly number[]]>): void {
    this.#looks = new Map();
    for (const [id, dtype, shape] of known) this.#looks.set(id, `${dtype}[${shape.join()}]`);
  }

  made(
    id: number,
    shape: readonly number[],
    dtype: number,
    values: ArrayLike<unknown>,
    integers: boolean,
  ): void {
    const list = integers && values.length <= MAX_VALUES ? `=${Array.from(values).join()}` : '';
    this.#looks.set(id, `${dtype}[${shape.join()}]${list}`);
  }

  /** Runs an operation, or says what it would give, under stand-in numbers. @returns undefined: not known */
  execute(
    binding: Pick<Binding, 'executeOp'>,
    ...[op, attributes, inputs, count]: Parameters<Binding['executeOp']>
  ): Made[] | undefined {
    const key = `${op}${JSON.stringify(attributes)}${inputs.map((id) => this.#looks.get(id) ?? `#${id}`).join(';')}`;
    let made: Made[];
    if (this.recalls) {
      const form = this.#usable ? this.#forms.get(key) : undefined;
      if (!form) return undefined;
      made = form.map(({ shape, dtype }) => ({ id: standIn(), shape, dtype }));
    } else {
      if (BY_DATA.test(op)) this.#usable = false;
      made = binding.executeOp(op, attributes, inputs, count);
      this.#forms.set(
        key,
        made.map(({ shape, dtype }) => ({ shape, dtype })),
      );
    }
    for (const { id, shape, dtype } of made) this.#looks.set(id, `${dtype}[${shape.join()}]`);
    return made;
  }
}
