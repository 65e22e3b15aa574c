/** Medians, and the interval of a ratio from paired measurements. */

/** @param {readonly number[]} list */
export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? /** @type {number} */ (sorted[middle])
    : /** @type {number} */ (sorted[middle - 1] + /** @type {number} */ (sorted[middle])) / 2;
}

/**
 * The 95 % interval of the median of paired ratios: percentile bootstrap over the pairs.
 * @param {readonly number[]} ratios
 * @returns {[number, number]}
 */
export function interval(ratios, resamples = 2000) {
  const medians = Array.from({ length: resamples }, () =>
    median(ratios.map(() => /** @type {number} */ (ratios[Math.floor(Math.random() * ratios.length)]))),
  ).sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    /** @type {number} */ (medians[Math.floor(share * (resamples - 1))]);
  return [at(0.025), at(0.975)];
}
