import { ArgumentError, checkNumber, checkOptions, shown } from './argument.js';
import { toNdArray, type ArrayInput, type NdArray } from './ndarray.js';
import { Random } from './random.js';

/** Inputs and targets as a trainer takes them. */
export interface DataInput {
  /** Inputs, `[examples, …]`. */
  readonly x: ArrayInput;
  /** Targets, `[examples, …]`. */
  readonly y: ArrayInput;
}

/** Inputs and targets in memory, checked. */
export interface Dataset {
  readonly x: NdArray;
  readonly y: NdArray;
  /** Number of examples. */
  readonly size: number;
}

/**
 * Reads and checks a data set: as many inputs as targets, at least one example, no NaN or infinity.
 * @param argument name for error messages (`data`, `validation`)
 * @throws ArgumentError
 */
export async function toDataset(argument: string, value: unknown): Promise<Dataset> {
  if (typeof value !== 'object' || value === null || !('x' in value) || !('y' in value)) {
    throw new ArgumentError(argument, shown(value), 'an object { x, y } with inputs and targets');
  }
  const x = await toNdArray(`${argument}.x`, value.x);
  const y = await toNdArray(`${argument}.y`, value.y);
  const size = x.shape[0];
  if (size === undefined || y.shape.length === 0) {
    throw new ArgumentError(
      `${argument}.${size === undefined ? 'x' : 'y'}`,
      'a single number',
      'an array of examples',
    );
  }
  if (size === 0) throw new ArgumentError(argument, 'no examples', 'at least one example');
  if (size !== y.shape[0]) {
    throw new ArgumentError(
      argument,
      `${size} inputs in x and ${y.shape[0]} targets in y`,
      'as many targets as inputs',
    );
  }
  checkFinite(`${argument}.x`, x);
  checkFinite(`${argument}.y`, y);
  return { x, y, size };
}

/** @throws ArgumentError naming the first value that is not finite and its example */
function checkFinite(argument: string, { data, shape }: NdArray): void {
  if (!(data instanceof Float32Array)) return;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / (data.length / (shape[0] as number)));
      throw new ArgumentError(
        argument,
        `${data[i]} in example ${row}`,
        'finite numbers',
        'Remove or fill such values before training.',
      );
    }
  }
}

/**
 * Splits a data set in two at random.
 * @param options.fraction part that goes into the second set, between 0 and 1 (default 0.1)
 * @param options.seed seed of the shuffle (default 0): the same seed splits alike
 * @returns `[first, second]`, copies
 */
export async function split(
  input: DataInput,
  options: { fraction?: number; seed?: number } = {},
): Promise<[Dataset, Dataset]> {
  checkOptions('split', options, ['fraction', 'seed']);
  const { fraction = 0.1, seed = 0 } = options;
  checkNumber('fraction', fraction, 0, false);
  const data = await toDataset('data', input);
  const second = Math.round(data.size * fraction);
  if (second < 1 || second >= data.size) {
    throw new ArgumentError(
      'fraction',
      `${fraction} of ${data.size} examples`,
      'a part that leaves both sets an example',
    );
  }
  const order = new Random(seed).permutation(data.size);
  return [pick(data, order.subarray(second)), pick(data, order.subarray(0, second))];
}

/** The given examples of a data set (copies). */
export function pick({ x, y }: Dataset, rows: ArrayLike<number>): Dataset {
  return { x: pickRows(x, rows), y: pickRows(y, rows), size: rows.length };
}

function pickRows({ data, shape }: NdArray, rows: ArrayLike<number>): NdArray {
  const size = data.length / (shape[0] as number);
  const out = new (data.constructor as new (n: number) => typeof data)(rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * size;
    out.set(data.subarray(start, start + size), i * size);
  }
  return { data: out, shape: [rows.length, ...shape.slice(1)] };
}
