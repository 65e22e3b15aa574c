import { clockText, rateText } from 'gradoscope/figures';
import type { Progress, RunHeader } from 'gradoscope/run';

/** How a run stands, for its header line. */
export interface Standing {
  /** One or a few words. */
  readonly status: string;
  /** Why it ended, where it says so. */
  readonly reason?: string;
  /** Which colour the status has. */
  readonly tone: 'busy' | 'waiting' | 'done' | 'stopped' | 'failed' | 'lost';
}

/** @param live does a kernel hold the run? */
export function standing({ status, reason }: RunHeader, live: boolean): Standing {
  if (status === 'running' || status === 'paused') {
    if (!live) return { status: `not live (last seen ${status})`, tone: 'lost' };
    return { status, tone: status === 'running' ? 'busy' : 'waiting' };
  }
  const tone = status === 'failed' ? 'failed' : status === 'finished' ? 'done' : 'stopped';
  return { status, tone, ...(reason !== undefined && reason !== '' ? { reason } : {}) };
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const outOf = (done: string, all: number | undefined): string =>
  all === undefined ? done : `${done} / ${whole.format(all)}`;

/** Where the run is: epoch, step, speed and time left, as far as they are known. */
export function facts(progress: Progress | undefined, busy: boolean): string[] {
  if (progress === undefined) return [];
  const { step, steps, epoch, epochs, examplesPerSecond, eta } = progress;
  return [
    ...(epoch > 0 || epochs !== undefined
      ? [`epoch ${outOf(String(Number(epoch.toFixed(1))), epochs)}`]
      : []),
    `step ${outOf(whole.format(step), steps)}`,
    ...(examplesPerSecond !== undefined ? [`${rateText(examplesPerSecond)} examples/s`] : []),
    ...(busy && eta !== undefined ? [`${clockText(eta)} left`] : []),
  ];
}

/** Part of the run that is done, 0 to 1, or `undefined` where the end is not known. */
export function fraction(progress: Progress | undefined): number | undefined {
  if (progress === undefined) return undefined;
  const { step, steps, epoch, epochs } = progress;
  const [done, all] = steps !== undefined ? [step, steps] : [epoch, epochs];
  return all === undefined || all <= 0 ? undefined : Math.min(1, Math.max(0, done / all));
}
