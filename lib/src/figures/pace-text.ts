const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Seconds as 0:42, 12:05 or 1:02:03. */
export function clockText(seconds: number): string {
  const all = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A rate: three significant digits where it is small, none after the point where it is large. */
export function rateText(value: number): string {
  return value >= 100 ? whole.format(value) : String(Number(value.toPrecision(3)));
}
