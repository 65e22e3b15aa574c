import type { DataId, Tensor } from '@tensorflow/tfjs';

/** What a train function is given, without gaps and without repetitions. */
export interface BatchInputs {
  readonly tensors: readonly Tensor[];
  /** The places of the tensors in what was given. */
  readonly pattern: string;
  /** Shapes and types. */
  readonly shapes: string;
  /** The other way round. */
  arrange(tensors: readonly Tensor[]): (Tensor | undefined)[];
}

/**
 * A tensor that is given twice (input and target of an autoencoder, say) is one input of the step.
 * @returns undefined: two are the same values in other shapes, which a compiled step could not tell apart
 */
export function batchInputs(data: readonly (Tensor | null | undefined)[]): BatchInputs | undefined {
  const tensors: Tensor[] = [];
  const found = new Map<DataId, number>();
  let clear = true;
  const places = data.map((tensor) => {
    if (!tensor) return -1;
    const same = found.get(tensor.dataId);
    if (same === undefined) {
      found.set(tensor.dataId, tensors.length);
      return tensors.push(tensor) - 1;
    }
    clear &&= tensors[same]?.shape.join() === tensor.shape.join();
    return same;
  });
  if (!clear) return undefined;
  return {
    tensors,
    pattern: places.join().replace(/(,-1)+$/, ''), // weights of examples that are not given
    shapes: tensors.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join(';'),
    arrange: (given) => places.map((place) => given[place]),
  };
}
