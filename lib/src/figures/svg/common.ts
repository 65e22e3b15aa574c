/** A part of an ECharts option. */
export type Option = Record<string, unknown>;

/** Nothing happens in a picture: no hover, no animation. */
export const QUIET = { silent: true, animation: false, emphasis: { disabled: true }, legendHoverLink: false };

export const dash = (kind: 'solid' | 'dot' | 'dash' | undefined): unknown =>
  kind === 'dot' ? [2, 2.5] : kind === 'dash' ? [7, 4] : 'solid';

/** Tenths of a pixel are as exact as a picture needs. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;
