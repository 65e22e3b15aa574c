import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Kind } from './sequence.js';

/** Hands on state and cell; results: states, cells, gates, tanh(cells). */
export const LSTM: Kind = {
  op: 'GradoscopeLstm',
  results: 4,
  saved: [2, 3, 1],
  recurrentGradient: ({ registrar: { tf }, before, flat }, dProjected) =>
    tf.matMul(before(), flat(dProjected), true),
};

/** Hands on the state; results: states, gates, what the reset gate lets through of the state. */
export const GRU: Kind = {
  op: 'GradoscopeGru',
  results: 3,
  saved: [1, 0],
  recurrentGradient: ({ registrar: { tf }, results, before, flat }, dProjected) => {
    const all = flat(dProjected);
    const units = all.shape[1] / 3;
    const [gates, candidate] = tf.split(all, [2 * units, units], 1) as [Tensor2D, Tensor2D];
    const reset = flat(results[2] as Tensor);
    return tf.concat([tf.matMul(before(), gates, true), tf.matMul(reset, candidate, true)], 1);
  },
};
