import type { Tensor } from '@tensorflow/tfjs';
import { nativeBackend } from '../tensor/compiled/native-functions.js';
import { record, type Recording, type Rate, type StepFunction } from '../tensor/compiled/recorder.js';
import { rehearse } from '../tensor/compiled/rehearsal.js';
import { difference } from '../tensor/compiled/same.js';
import { Untraceable } from '../tensor/compiled/untraceable.js';
import { detached } from '../tensor/index.js';
import type { TensorFlow } from '../tensor/types.js';

const MARK = Math.fround(0.713409);

/**
 * What a step does now, to compare later: its operations and the numbers that it takes from JavaScript. Runs it once; what
 * that changes is put back.
 * @returns undefined: it can be recorded no more
 */
export function recordNow(
  tf: TensorFlow,
  step: StepFunction,
  inputs: readonly Tensor[],
  rates: readonly Rate[],
  maxOperations: number,
): Recording | undefined {
  const backend = nativeBackend(tf);
  if (!backend) return undefined;
  const marks = rates.map((_, i) => MARK + i / 64);
  try {
    const recording = detached(() =>
      rehearse(tf, () => record(tf, backend, step, inputs, { rates, marks, maxOperations })),
    );
    recording.release();
    return recording;
  } catch (error) {
    if (error instanceof Untraceable) return undefined;
    throw error;
  }
}

/** Whether two recordings are of the same step, with the same tensors from outside. */
export function isSame(before: Recording, now: Recording | undefined): boolean {
  return now !== undefined && difference(before, now) === undefined;
}
