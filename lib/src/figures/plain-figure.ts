import { compose, WIDTH } from './compose.js';
import type { Content } from './content.js';
import { hash } from './hash.js';
import type { Theme } from './theme.js';
import type { Figure } from './types.js';

/** Options that all figures of one panel share. */
export interface PlainOptions {
  /** Heading (default none). */
  title?: string;
  /** Title of the x axis, with its unit (default none). */
  xTitle?: string;
  /** Title of the y axis, with its unit (default none). */
  yTitle?: string;
  /** Colours for a dark page (default false). */
  dark?: boolean;
  /** Width in pixels for which it is arranged (default 640). */
  width?: number;
}

export const PLAIN_WIDTH = 640;

/** A figure of one panel. Its revision is its content: drawing the same again changes nothing, anything else is drawn anew. */
export function plainFigure(
  content: Content,
  theme: Theme,
  width: number,
  hovermode: 'closest' | 'x unified',
): Figure {
  return compose([content], {
    theme,
    width: Math.min(Math.max(200, width), 10 * WIDTH),
    uirevision: hash(content.title),
    datarevision: hash(JSON.stringify(content)),
    hovermode,
  });
}

/** @throws TypeError naming the argument when it is not a list */
export function needList(figure: string, name: string, value: unknown): void {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
    throw new TypeError(`${figure}: ${name} must be a list, got ${value === null ? 'null' : typeof value}.`);
  }
}

/** @throws RangeError naming both lengths when they differ */
export function needLength(figure: string, name: string, length: number, expected: number, of: string): void {
  if (length !== expected)
    throw new RangeError(
      `${figure}: ${name} has ${length} entries, expected ${expected} (as many as ${of}).`,
    );
}
