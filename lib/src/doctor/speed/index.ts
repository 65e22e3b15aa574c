import type { TensorFlow } from '../../tensor/index.js';
import { copySpeed, matMulSpeed, type MatMulSpeed } from './limits.js';
import { plans } from './models.js';
import { stepSpeed, type StepSpeed } from './steps.js';

/** What the speed check has measured, while whatever else runs on the machine ran on. */
export interface Speed {
  readonly matMul: MatMulSpeed;
  /** Copies of memory by one thread, 10⁹ bytes a second. */
  readonly copyGBps: number;
  readonly steps: readonly StepSpeed[];
  /** What the check took. */
  readonly seconds: number;
}

/** Ms of each part; what finds its sizes comes on top. */
const BUDGET = { matMul: 1500, copy: 250, step: 1800 };

/**
 * Measures for about ten seconds at most, on any backend: sizes are chosen by time. Between the parts, and every 50 ms where
 * a single step allows it, the event loop turns. Leaves no tensor behind.
 * @param onPart called with what begins
 */
export async function checkSpeed(tf: TensorFlow, onPart: (what: string) => void): Promise<Speed> {
  const began = performance.now();
  onPart('large products of matrices');
  const matMul = await matMulSpeed(tf, BUDGET.matMul);
  onPart('copies of memory');
  const copyGBps = await copySpeed(BUDGET.copy);
  const steps: StepSpeed[] = [];
  for (const plan of plans) {
    onPart(`training steps of an ${plan.name === 'MLP' ? 'MLP' : 'image classifier (CNN)'}`);
    steps.push(await stepSpeed(tf, plan, matMul.gflops, BUDGET.step));
  }
  return { matMul, copyGBps, steps, seconds: (performance.now() - began) / 1000 };
}
