import { figureBundle } from '../figures/bundle.js';
import type { Figure } from '../figures/index.js';
import type { MimeBundle } from './types.js';

/** A figure as the value of a cell. */
export interface Chart {
  readonly figure: Figure;
  [DISPLAY](): MimeBundle;
  [INSPECT](): string;
}

const DISPLAY = Symbol.for('Jupyter.display');
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * Makes a figure the value of a cell: Plotly, SVG and text.
 * @param text what it shows, in one line, for those who see text only
 */
export function chart(figure: Figure, text: string): Chart {
  return { figure, [DISPLAY]: () => figureBundle(figure, text), [INSPECT]: () => text };
}
