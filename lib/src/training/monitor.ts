export type Mode = 'min' | 'max';

/** Names of values of which more is better; matched at the end of a name, so that `val_accuracy` and `top5_accuracy` count. */
const LARGER_IS_BETTER = /(?:^|_)(?:acc|accuracy|auc|precision|recall|f1|r2|r2score)$/i;

/** Whether smaller or larger is better for a value of this name. */
export function resolveMode(mode: 'auto' | Mode, monitor: string): Mode {
  if (mode !== 'auto') return mode;
  const words = monitor.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return LARGER_IS_BETTER.test(words) ? 'max' : 'min';
}

/** Is `value` better than `best` by more than `minDelta`? NaN never is; anything else is better than no best. */
export function isBetter(value: number, best: number | undefined, mode: Mode, minDelta: number): boolean {
  if (Number.isNaN(value)) return false;
  if (best === undefined) return true;
  return mode === 'min' ? value < best - minDelta : value > best + minDelta;
}
