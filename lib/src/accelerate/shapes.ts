import type { Recording } from '../tensor/compiled/recorder.js';
import type { BatchInputs } from './batch.js';

/** So many shapes of batches are compiled for; the others are trained as TensorFlow.js does. */
export const MAX_SHAPES = 16;
const MAX_SEEN = 1_000;

const keyOf = ({ pattern, shapes }: BatchInputs): string => `${pattern} ${shapes}`;

/** The shapes of a model's batches: which have come, and which are compiled. */
export class Shapes {
  readonly #seen = new Set<string>();
  readonly #compiled = new Map<string, Recording | undefined>();

  /** A batch of a shape that comes but once is not worth compiling for. @returns `full`: too many are compiled for already */
  next(batch: BatchInputs): 'new' | 'again' | 'compiled' | 'full' {
    const key = keyOf(batch);
    if (this.#compiled.has(key)) return 'compiled';
    if (this.#seen.has(key)) return this.#compiled.size < MAX_SHAPES ? 'again' : 'full';
    if (this.#seen.size < MAX_SEEN) this.#seen.add(key);
    return 'new';
  }

  /** @param recording what the step was, to compare later */
  compiled(batch: BatchInputs, recording: Recording | undefined): void {
    this.#compiled.set(keyOf(batch), recording);
  }

  recording(batch: BatchInputs): Recording | undefined {
    return this.#compiled.get(keyOf(batch));
  }

  clear(): void {
    this.#seen.clear();
    this.#compiled.clear();
  }
}
