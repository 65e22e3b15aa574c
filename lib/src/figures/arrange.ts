import { plain } from './label.js';
import type { Content } from './content.js';

/** A panel's plot area in pixels from the top left, and where its legend goes. */
export interface Place {
  left: number;
  right: number;
  top: number;
  bottom: number;
  legend: 'top' | 'right' | 'none';
}

const OUTER = 10;
const HEADER = 32;
const FOOTER = 44;
const GUTTER = 58;
const BETWEEN = 22;
/** Room for a legend or a colour bar right of the plot. */
export const SIDE = 158;
const NARROW = 720;
const PLOTS = 350;

/** Rough width of text at a size in pixels; system fonts average 0.55 of the size. */
export const textWidth = (text: string, size: number): number => plain(text).length * size * 0.56;

const entries = (content: Content): string[] =>
  content.traces.filter((trace) => trace.showlegend !== false).map(({ name }) => name);
const hasScale = (content: Content): boolean =>
  content.traces.some((trace) => trace.type === 'heatmap' && trace.showscale);

/** Two panels share a row where the figure is wide enough and neither wants a row of its own. */
function intoRows(contents: readonly Content[], width: number): Content[][] {
  const rows: Content[][] = [];
  for (const content of contents) {
    const last = rows[rows.length - 1];
    const joins = width >= NARROW && content.wide !== true && last?.length === 1 && last[0]?.wide !== true;
    if (joins) last.push(content);
    else rows.push([content]);
  }
  return rows;
}

function legendOf(content: Content, width: number): Place['legend'] {
  if (hasScale(content)) return 'right';
  const names = entries(content);
  if (names.length === 0) return 'none';
  const needed =
    names.reduce((sum, name) => sum + textWidth(name, 12) + 48, 0) + textWidth(content.title, 14);
  return needed <= width ? 'top' : 'right';
}

/**
 * Gives every panel its place.
 * @param width of the figure in pixels
 * @returns the places in order, and the figure's height in pixels
 */
export function arrange(contents: readonly Content[], width: number): { places: Place[]; height: number } {
  const rows = intoRows(contents, width);
  const places: Place[] = [];
  let top = OUTER;
  for (const row of rows) {
    const cell = (width - 2 * OUTER - BETWEEN * (row.length - 1)) / row.length;
    const legends = row.map((content) => legendOf(content, cell - (content.gutter ?? GUTTER)));
    const heights = row.map((content, i) => {
      const even = Math.min(
        320,
        Math.max(150, PLOTS / rows.length - (rows.length > 1 && content.wide !== true ? 12 : 0)),
      );
      const list = legends[i] === 'right' ? Math.min(250, entries(content).length * 19 + 12) : 0;
      return Math.max(content.height ?? even, list);
    });
    const plot = Math.max(...heights);
    row.forEach((content, i) => {
      const left = OUTER + i * (cell + BETWEEN) + (content.gutter ?? GUTTER);
      const right = OUTER + i * (cell + BETWEEN) + cell - (legends[i] === 'right' ? SIDE : 8);
      places.push({
        left,
        right,
        top: top + HEADER,
        bottom: top + HEADER + plot,
        legend: legends[i] as Place['legend'],
      });
    });
    top += HEADER + plot + Math.max(...row.map((content) => content.footer ?? FOOTER));
  }
  return { places, height: Math.round(top + OUTER - 4) };
}
