/** What is compared with what, and how the ratio must come out. */
import { interval, median } from '../support/statistics.mjs';

/** The loops in a module of node, which is no kernel. */
export const PLAIN = 'plain node module';

/**
 * @typedef {{ what: string, part: string, of: string, to: string, ofKey: string, toKey: string, limit: string, max?: number, min?: number }} Target
 * @typedef {{ part: string, round: number, kernel: string, values?: Record<string, number> }} Row
 */

/** @param {string} what @param {string} part @param {string} key @param {string} to @param {{ max?: number, min?: number, toKey?: string }} rest @returns {Target} */
const target = (what, part, key, to, { max, min, toKey = key }) => ({
  what,
  part,
  of: 'gradoscope-ts7',
  to,
  ofKey: key,
  toKey,
  limit: max === undefined ? `≥ ${min}` : `≤ ${max}`,
  ...(max === undefined ? {} : { max }),
  ...(min === undefined ? {} : { min }),
});

/** @type {readonly Target[]} */
export const targets = [
  target('start to first reply / ipykernel', 'cells', 'ready', 'ipykernel', { max: 1.0 }),
  target('start to 1+2 / ipykernel', 'cells', 'start to 1+2', 'ipykernel', { max: 1.15 }),
  target('first tfjs cell / tslab', 'cells', 'first tfjs cell', 'tslab', { max: 0.3 }),
  target('warm 1+2 / ipykernel', 'cells', 'warm 1+2', 'ipykernel', { max: 1.0 }),
  // Not a target: a text that no cell had before must be checked, which one that passed need not be again.
  {
    ...target('warm, new text / ipykernel', 'cells', 'warm, new text', 'ipykernel', { max: 1.0 }),
    limit: 'none',
  },
  target('tfjs cell / tslab', 'cells', 'tfjs cell', 'tslab', { max: 0.35 }),
  target('completion / tslab', 'cells', 'completion', 'tslab', { max: 0.5 }),
  {
    ...target('completion again in the same place / tslab', 'cells', 'completion again', 'tslab', {
      max: 0.5,
    }),
    limit: 'none',
  },
  target('warm 1+2 after 300 cells / ipykernel', 'cells', 'late warm 1+2', 'ipykernel', {
    max: 1.0,
    toKey: 'warm 1+2',
  }),
  // tslab, which may not come through the 300 cells, as it was before them.
  target('tfjs cell after 300 cells / tslab before', 'cells', 'late tfjs cell', 'tslab', {
    max: 0.35,
    toKey: 'tfjs cell',
  }),
  target('completion after 300 cells / tslab before', 'cells', 'late completion', 'tslab', {
    max: 0.5,
    toKey: 'completion',
  }),
  ...['sum', 'math', 'call', 'push'].map((kind) =>
    target(`top-level loop, ${kind} / plain node module`, 'loops', `loop ${kind}`, PLAIN, { max: 1.3 }),
  ),
  ...['sum', 'math', 'call', 'push'].map((kind) =>
    target(
      `top-level loop after 300 cells, ${kind} / plain node module`,
      'cells',
      `late loop ${kind}`,
      PLAIN,
      {
        max: 1.3,
        toKey: `loop ${kind}`,
      },
    ),
  ),
  target('lines a second / ipykernel', 'lines', 'lines a second', 'ipykernel', { min: 2 }),
];

/**
 * The ratio of medians over the rounds in which both were measured, paired by round.
 * @param {Target} target @param {readonly Row[]} rows
 */
export function ratiosOf(target, rows) {
  const value = (/** @type {string} */ kernel, /** @type {string} */ key, /** @type {number} */ round) =>
    rows.find((row) => row.kernel === kernel && row.round === round && row.values && key in row.values)
      ?.values?.[key];
  const rounds = [...new Set(rows.filter(({ part }) => part === target.part).map(({ round }) => round))];
  const pairs = rounds.flatMap((round) => {
    const [of, to] = [value(target.of, target.ofKey, round), value(target.to, target.toKey, round)];
    return of === undefined || to === undefined ? [] : [of / to];
  });
  const { what, limit, max = Infinity, min = -Infinity } = target;
  if (pairs.length === 0) return { what, limit, holds: 'not measured' };
  const ratio = median(pairs);
  return {
    what,
    limit,
    ratio,
    interval: interval(pairs),
    pairs: pairs.length,
    holds: ratio <= max && ratio >= min,
  };
}
