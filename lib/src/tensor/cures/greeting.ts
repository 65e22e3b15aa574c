import type { TensorFlow } from '../types.js';

/** The plain JavaScript backend greets node users with an advertisement on its first use; a notebook has no place for it. */
export function cureGreeting(tf: TensorFlow): void {
  Object.assign(tf.backend(), { firstUse: false });
}
