import type { Progress, RunRecord } from '../run/index.js';
import { numberText } from './axis.js';
import { clockText, rateText } from './pace-text.js';

/** Metrics that the line names. */
const SHOWN = 6;
const CURVES = /^(?!batch_|learning_rate$|global_gradient_norm$)/;

/**
 * A run in one line: name, status, how far it came, the last value of its curves.
 * While it goes on, also its speed and the time left.
 * @example "mnist-cnn: finished after 5 epochs, 2,345 steps; loss 0.0312, val_loss 0.0387, val_accuracy 0.9884"
 */
export function runText(record: RunRecord): string {
  const { name, status, reason, progress } = record.header;
  const ended = status === 'running' || status === 'paused' ? 'at' : 'after';
  const far =
    progress === undefined
      ? ''
      : ` ${ended} ${amount(progress.epoch, progress.epochs, 'epoch')}, ${amount(progress.step, progress.steps, 'step')}`;
  const scalars = [...record.series.values()].filter(
    ({ spec, length }) => spec.kind === 'scalar' && length > 0,
  );
  const curves = scalars.filter(({ spec }) => CURVES.test(spec.name));
  const shown = (curves.length > 0 ? curves : scalars).slice(0, SHOWN);
  const values = shown.map(
    (series) => `${line(series.spec.name, 40)} ${numberText(series.row(-1)[0] as number)}`,
  );
  const why = reason === undefined || reason === '' ? '' : ` (${line(reason, 200)})`;
  const pace = ended === 'at' ? paceText(progress) : '';
  return `${line(name, 80)}: ${status}${far}${pace}${why}${values.length > 0 ? `; ${values.join(', ')}` : ''}`;
}

function paceText({ examplesPerSecond, eta }: Partial<Progress> = {}): string {
  const rate = examplesPerSecond === undefined ? '' : `, ${rateText(examplesPerSecond)} examples/s`;
  return eta === undefined ? rate : `${rate}, ${clockText(eta)} left`;
}

function amount(done: number, planned: number | undefined, unit: string): string {
  const count = Math.floor(done).toLocaleString('en-US');
  const of = planned !== undefined && planned > done ? ` of ${planned.toLocaleString('en-US')}` : '';
  const plural = planned !== undefined && planned > done ? planned !== 1 : Math.floor(done) !== 1;
  return `${count}${of} ${unit}${plural ? 's' : ''}`;
}

/** Text on one line, without control characters (a terminal obeys them), not longer than `length`. */
function line(text: string, length: number): string {
  const clean = text
    .slice(0, 4 * length)
    .replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return clean.length > length ? `${clean.slice(0, length - 1)}…` : clean;
}
