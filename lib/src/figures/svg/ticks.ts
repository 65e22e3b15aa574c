import { numberText, roundTicks } from '../axis.js';
import { plain } from '../label.js';
import type { Axis } from '../types.js';

export interface Tick {
  /** Position on a linear axis: the exponent on a log axis. */
  at: number;
  text: string;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const superscript = (n: number): string =>
  (n < 0 ? '⁻' : '') + Array.from(String(Math.abs(n)), (digit) => SUPERSCRIPTS[Number(digit)]).join('');

/** The ticks of an axis: those it names, else round numbers, powers of ten on a log axis. */
export function ticksOf(axis: Axis): Tick[] {
  const { range, tickvals, ticktext, type, nticks = 5 } = axis;
  if (tickvals !== undefined) {
    const named = tickvals.map((at, i) => ({ at, text: plain(ticktext?.[i] ?? numberText(at)) }));
    return named.filter(({ at }) => at >= Math.min(...range) && at <= Math.max(...range));
  }
  if (type === 'linear') return linearTicks(range, nticks);
  const [low, high] = range;
  const from = Math.ceil(low);
  const decades = Math.floor(high) - from + 1;
  if (decades < 3) return fewDecades(range, nticks);
  const every = Math.ceil(decades / Math.max(2, nticks));
  return Array.from({ length: Math.ceil(decades / every) }, (_, i) => {
    const exponent = from + i * every;
    return {
      at: exponent,
      text: exponent === 0 ? '1' : exponent === 1 ? '10' : `10${superscript(exponent)}`,
    };
  });
}

/** Ticks have as many decimals as the finest of them needs. */
function linearTicks(range: [number, number], count: number): Tick[] {
  return roundTicks(range, count).map((at) => ({ at, text: numberText(at).replace('-', '−') }));
}

/** Ones, twos and fives where they are enough, else round numbers. */
function fewDecades([low, high]: [number, number], count: number): Tick[] {
  const values: number[] = [];
  for (let exponent = Math.floor(low); exponent <= high; exponent++) {
    for (const digit of [1, 2, 5]) values.push(Number(`${digit}e${exponent}`));
  }
  const inside = values.filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  const chosen =
    inside.length >= 3 ? inside : roundTicks([10 ** low, 10 ** high], count).filter((value) => value > 0);
  return chosen.map((value) => ({ at: Math.log10(value), text: numberText(value) }));
}
