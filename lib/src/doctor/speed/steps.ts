import type { Tensor } from '@tensorflow/tfjs';
import { compileStep, detached, type StepMode, type TensorFlow } from '../../tensor/index.js';
import { classifier, stepFlops, type Plan } from './models.js';
import { timed, timeOf, turn } from './timing.js';

/** One training step, with its loss read. */
export interface StepSpeed {
  readonly model: 'MLP' | 'CNN';
  readonly description: string;
  /** Examples a step; fewer than usual where a step would take too long. */
  readonly batch: number;
  /** Is that the usual number? */
  readonly fullBatch: boolean;
  /** Median, in ms. */
  readonly ms: number;
  readonly runs: number;
  /** The first step, which records and compiles, in ms. */
  readonly firstMs: number;
  /** `graph`: one native call. `eager`: operation by operation. */
  readonly mode: StepMode;
  /** Floating-point operations of its products. */
  readonly flops: number;
  /** What they would take at the speed of the large products, in ms. */
  readonly limitMs: number;
  /** `ms / limitMs`: 1 is the limit. */
  readonly ratio: number;
}

/** A step may take so long, in ms, so that a few fit in the time. */
const LONGEST = 1000;

/** Trains a classifier on random data for about `budget` ms, by as many examples a step as the backend can take. */
export async function stepSpeed(
  tf: TensorFlow,
  plan: Plan,
  gflops: number,
  budget: number,
): Promise<StepSpeed> {
  const model = classifier(tf, plan);
  const compiled = compileStep((x, y) => model.step(x as Tensor, y as Tensor));
  try {
    const batch = await affordable(tf, plan, (x, y) =>
      detached(() => tf.tidy(() => void model.step(x, y).dataSync())),
    );
    const { x, y } = data(tf, plan, batch);
    const once = (): void => {
      const [loss] = compiled.run(x, y);
      loss?.dataSync();
      loss?.dispose();
    };
    try {
      const firstMs = timeOf(once);
      if (firstMs * 4 < budget) once(); // grappler works in the first two
      // Where one step takes all of the time, it has to do.
      const { ms, runs } = firstMs > budget ? { ms: firstMs, runs: 1 } : await timed(once, budget);
      const flops = stepFlops(plan, batch);
      const limitMs = flops / gflops / 1e6;
      return {
        model: plan.name,
        description: plan.description,
        ...{ batch, fullBatch: batch === plan.batch },
        ...{ ms, runs, firstMs, mode: compiled.mode ?? 'eager' },
        ...{ flops, limitMs, ratio: ms / limitMs },
      };
    } finally {
      tf.dispose([x, y]);
    }
  } finally {
    compiled.dispose();
    model.dispose();
  }
}

/** Tries 1, 8, 64 … examples until more would take too long. */
async function affordable(tf: TensorFlow, plan: Plan, step: (x: Tensor, y: Tensor) => void): Promise<number> {
  for (let batch = 1; ; batch = Math.min(batch * 8, plan.batch)) {
    const { x, y } = data(tf, plan, batch);
    try {
      let ms = timeOf(() => step(x, y));
      // The first of all does work that is never done again.
      if (ms < LONGEST / 4) ms = timeOf(() => step(x, y));
      await turn();
      if (batch === plan.batch || ms * 8 > LONGEST) return batch;
    } finally {
      tf.dispose([x, y]);
    }
  }
}

function data(tf: TensorFlow, { input }: Plan, batch: number): { x: Tensor; y: Tensor } {
  return detached(() =>
    tf.tidy(() => ({
      x: tf.randomNormal([batch, ...input], 0, 1, 'float32', 1),
      y: tf.oneHot(tf.randomUniform([batch], 0, 10, 'int32', 2).toInt(), 10).toFloat(),
    })),
  );
}
