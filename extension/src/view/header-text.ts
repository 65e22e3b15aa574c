import type { Progress, RunHeader } from 'gradoscope/run';

/** How a run stands, for its header line. */
export interface Standing {
  /** One or a few words. */
  readonly status: string;
  /** Which colour the status has. */
  readonly tone: 'busy' | 'waiting' | 'done' | 'stopped' | 'failed' | 'lost';
}

/** @param live does a kernel hold the run? */
export function standing({ status, reason }: RunHeader, live: boolean): Standing {
  if (status === 'running' || status === 'paused') {
    if (!live) return { status: `not live (last seen ${status})`, tone: 'lost' };
    return { status, tone: status === 'running' ? 'busy' : 'waiting' };
  }
  const why = reason !== undefined && reason !== '' ? `${status}: ${reason}` : status;
  if (status === 'failed') return { status: why, tone: 'failed' };
  return { status: why, tone: status === 'finished' ? 'done' : 'stopped' };
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const outOf = (done: string, all: number | undefined): string =>
  all === undefined ? done : `${done} / ${whole.format(all)}`;

/** Seconds as 0:42, 12:05 or 1:02:03. */
export function clock(seconds: number): string {
  const all = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Three significant digits where a number is small, none after the point where it is large. */
function rate(value: number): string {
  return value >= 100 ? whole.format(value) : String(Number(value.toPrecision(3)));
}

/** Where the run is: epoch, step, speed and time left, as far as they are known. */
export function facts(progress: Progress | undefined, busy: boolean): string[] {
  if (progress === undefined) return [];
  const { step, steps, epoch, epochs, examplesPerSecond, eta } = progress;
  return [
    ...(epoch > 0 || epochs !== undefined
      ? [`epoch ${outOf(String(Number(epoch.toFixed(1))), epochs)}`]
      : []),
    `step ${outOf(whole.format(step), steps)}`,
    ...(examplesPerSecond !== undefined ? [`${rate(examplesPerSecond)} examples/s`] : []),
    ...(busy && eta !== undefined ? [`${clock(eta)} left`] : []),
  ];
}

/** Part of the run that is done, 0 to 1, or `undefined` where the end is not known. */
export function fraction(progress: Progress | undefined): number | undefined {
  if (progress === undefined) return undefined;
  const { step, steps, epoch, epochs } = progress;
  const [done, all] = steps !== undefined ? [step, steps] : [epoch, epochs];
  return all === undefined || all <= 0 ? undefined : Math.min(1, Math.max(0, done / all));
}
