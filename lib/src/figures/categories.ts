import { textWidth } from './arrange.js';
import type { PanelAxis } from './content.js';
import { label } from './label.js';

const SIZE = 11;

/** An axis with a name for each whole number from 0; names that do not fit side by side are tilted, and of very many each n-th is shown. */
export function categoryAxis(
  names: readonly string[],
  title: string,
  pixels: number,
): { axis: PanelAxis; footer: number } {
  const texts = names.map((name) => label(name, 16));
  const room = pixels / Math.max(1, names.length);
  const widest = Math.max(0, ...texts.map((text) => textWidth(text, SIZE)));
  const tilted = widest + 6 > room;
  const every = Math.max(1, Math.ceil((tilted ? 13 : widest) / room));
  const shown = names.map((_, i) => i).filter((i) => i % every === 0);
  return {
    axis: {
      title,
      range: [-0.5, Math.max(0.5, names.length - 0.5)],
      tickvals: shown,
      ticktext: shown.map((i) => texts[i] as string),
      tickangle: tilted ? -40 : 0,
      grid: false,
    },
    footer: tilted ? 48 + widest * 0.65 : 44,
  };
}
