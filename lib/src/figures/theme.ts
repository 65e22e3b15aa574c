/** Colours of a figure. Validation and training differ in lightness as well as in hue (Okabe and Ito's colours, safe for the colour-blind). */
export interface Theme {
  readonly background: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly training: string;
  readonly validation: string;
  readonly alarm: string;
  readonly event: string;
  /** For unrelated lines, in order. */
  readonly categorical: readonly string[];
  /** Part of the sequential scale that contrasts with the background. */
  readonly sequential: readonly [number, number];
}

export const LIGHT: Theme = {
  background: '#ffffff',
  ink: '#1f2328',
  muted: '#59636e',
  grid: '#e7eaee',
  axis: '#afb8c1',
  training: '#0072b2',
  validation: '#d55e00',
  alarm: '#c8102e',
  event: '#6e7781',
  categorical: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f5fc5', '#6e7781'],
  sequential: [0, 0.86],
};

export const DARK: Theme = {
  background: '#15191e',
  ink: '#e6e9ed',
  muted: '#a3acb8',
  grid: '#2a3038',
  axis: '#535c68',
  training: '#56b4e9',
  validation: '#f0a14a',
  alarm: '#ff6b7a',
  event: '#9aa4b0',
  categorical: ['#56b4e9', '#f0a14a', '#2fc9a0', '#e39ac6', '#f0e442', '#7fa8ff', '#b69cf5', '#a3acb8'],
  sequential: [0.34, 1],
};

export const themeOf = (dark: boolean): Theme => (dark ? DARK : LIGHT);

export const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif';

/** Viridis, at eleven even steps: perceptually even, safe for the colour-blind, and ordered by lightness. */
const VIRIDIS = [
  '#440154', '#482475', '#414487', '#355f8d', '#2a788e', '#21918c', '#22a884', '#44bf70', '#7ad151', '#bddf26', '#fde725',
] as const; // prettier-ignore

const channels = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Colour between two, as #rrggbb; `t` from 0 to 1. */
export function mix(from: string, to: string, t: number): string {
  const [a, b] = [channels(from), channels(to)];
  return `#${a
    .map((v, i) =>
      Math.round(v + ((b[i] as number) - v) * t)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** The colour of a scale at `t` (0 to 1; clamped). */
export function scaleColor(scale: readonly (readonly [number, string])[], t: number): string {
  const at = Math.min(1, Math.max(0, t));
  const above = scale.findIndex(([stop]) => stop >= at);
  const [stop, color] = scale[Math.max(0, above)] as readonly [number, string];
  if (above <= 0) return color;
  const [before, first] = scale[above - 1] as readonly [number, string];
  return mix(first, color, (at - before) / (stop - before));
}

export const viridis = (): [number, string][] => VIRIDIS.map((color, i) => [i / (VIRIDIS.length - 1), color]);

/** From the background to blue, for counts. */
export const blues = ({ background, training }: Theme): [number, string][] => [
  [0, mix(background, training, 0.04)],
  [0.5, mix(background, training, 0.45)],
  [1, mix(training, '#08306b', background === '#ffffff' ? 0.5 : 0)],
];

/** `n` colours in order, for layers from first to last. */
export function sequence(n: number, { sequential: [from, to] }: Theme): string[] {
  const scale = viridis();
  return Array.from({ length: n }, (_, i) =>
    scaleColor(scale, from + ((to - from) * i) / Math.max(1, n - 1)),
  );
}
