import { echarts } from '#echarts';
import { fit } from '../thin.js';
import { plain } from '../label.js';
import type { Figure } from '../types.js';
import { FONT } from '../theme.js';
import { optionOf } from './option.js';
import { Plane, type Size } from './plane.js';
import { tidy } from './tidy.js';

/** Largest SVG in a notebook, in bytes. */
export const SVG_BYTES = 30_000;

export interface SvgOptions extends Size {
  /** Largest result in bytes (default 30,000): longer lines are thinned until it fits. */
  maxBytes?: number;
  /** What the picture shows, for those who cannot see it. */
  title?: string;
}

/**
 * Draws a figure without a browser: standalone SVG with its own background, without scripts, styles or references.
 * @throws RangeError when a size is not a positive number
 */
export function figureSvg(figure: Figure, options: SvgOptions = {}): string {
  const { maxBytes = SVG_BYTES, title } = options;
  for (const [name, value] of Object.entries({ width: options.width, height: options.height, maxBytes })) {
    if (value !== undefined && !(value > 0))
      throw new RangeError(`figureSvg: ${name} must be more than 0, got ${String(value)}.`);
  }
  return fit(figure, (thinned) => draw(thinned, options, title), maxBytes, { point: 9, rest: 12_000 }).text;
}

function draw(figure: Figure, size: Size, title: string | undefined): string {
  const plane = new Plane(figure, size);
  const chart = echarts().init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: plane.width,
    height: plane.height,
  });
  try {
    chart.setOption(optionOf(plane));
    return tidy(chart.renderToSVGString(), {
      font: figure.layout.font.family ?? FONT,
      title: title === undefined ? undefined : plain(title),
    });
  } finally {
    chart.dispose();
  }
}
