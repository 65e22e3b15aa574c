import type { BackendName } from '../../tensor/index.js';
import type { StepSpeed } from './steps.js';

/**
 * Time of a step over that of its products, as measured on a two-core server with AVX2. Whatever the machine, it says
 * how much of a step is not large products. A GPU has not been measured.
 */
const USUAL: Readonly<Record<BackendName, Partial<Record<StepSpeed['model'], number>>>> = {
  gpu: {},
  native: { MLP: 4, CNN: 2.5 },
  wasm: { MLP: 8, CNN: 6 },
  cpu: { MLP: 2.5 },
};

/** So many times what is usual is slow. */
const SLOW = 2.5;

/** The usual ratio of a step's time to its limit; undefined: not known (for so few examples a step, or on this backend). */
export function usualRatio(name: BackendName, step: StepSpeed): number | undefined {
  return step.fullBatch ? USUAL[name][step.model] : undefined;
}

/** Is a step slower than other machines would lead one to expect? undefined: it cannot be said */
export function isSlow(name: BackendName, step: StepSpeed): boolean | undefined {
  const usual = usualRatio(name, step);
  return usual === undefined ? undefined : step.ratio > SLOW * usual;
}
