import type { TensorFlow } from '../types.js';
import { cureDepthwise } from './depthwise.js';
import { cureHistogram } from './histogram.js';
import { cureRound } from './round.js';

const cured = new WeakSet<object>();

/** Cures the known faults of tfjs-node's backend, once. */
export function cureBackend(tf: TensorFlow): void {
  const backend = tf.backend();
  if (cured.has(backend)) return;
  cured.add(backend);
  cureHistogram(tf, backend);
  cureRound(tf);
  cureDepthwise(tf);
}
