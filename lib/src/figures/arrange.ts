import { plain } from './label.js';
import type { Content } from './content.js';

/** A panel's plot area in pixels from the top left, and where its legend goes. */
export interface Place {
  left: number;
  right: number;
  top: number;
  bottom: number;
  legend: 'top' | 'right' | 'none';
  /** Pixels between the plot and the title: room for a legend that does not fit beside it. */
  lift: number;
}

const OUTER = 10;
const HEADER = 32;
const FOOTER = 42;
const GUTTER = 58;
const BETWEEN = 22;
const LEGEND_LINE = 20;
/** Room right of the plot for a colour bar, and for a legend's samples without their names. */
const SCALE = 96;
const SAMPLES = 68;
const NARROW = 720;
const PLOTS = 350;

/** Rough width of an escaped text in pixels: system fonts differ, so this errs to the wide side. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of plain(text)) {
    width += /[ijltfrI.,:;'|!()[\] -]/.test(character)
      ? 0.36
      : /[A-Zmw%@±∞…<>=+~&#"]|[^\u0020-\u02ff±∞…]/.test(character)
        ? 0.8
        : 0.57;
  }
  return width * size;
}

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

/** Pixels at least between a title and the legend beside it. */
const TITLE_GAP = 16;

/** A legend goes beside the title, under it, or, where its entries are too many for a line, right of the plot. */
function legendOf(content: Content, width: number): Pick<Place, 'legend' | 'lift'> {
  if (hasScale(content)) return { legend: 'right', lift: 0 };
  const names = entries(content);
  if (names.length === 0) return { legend: 'none', lift: 0 };
  const needed = names.reduce((sum, name) => sum + textWidth(name, 12) + 42, 0);
  if (needed > width) return { legend: 'right', lift: 0 };
  return { legend: 'top', lift: needed + textWidth(content.title, 15) + TITLE_GAP > width ? LEGEND_LINE : 0 };
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
    const plot = Math.max(...row.map((content, i) => plotHeight(content, legends[i]?.legend, rows.length)));
    const lift = Math.max(...legends.map((legend) => legend.lift));
    const plotTop = top + HEADER + lift;
    row.forEach((content, i) => {
      const start = OUTER + i * (cell + BETWEEN);
      const legend = legends[i]?.legend ?? 'none';
      const [left, right] = [start + (content.gutter ?? GUTTER), start + cell - rightOf(content, legend)];
      places.push({ left, right, top: plotTop, bottom: plotTop + plot, legend, lift });
    });
    top = plotTop + plot + Math.max(...row.map((content) => content.footer ?? FOOTER));
  }
  return { places, height: Math.round(top + 4) };
}

function plotHeight(content: Content, legend: Place['legend'] | undefined, rows: number): number {
  const even = Math.min(320, Math.max(150, PLOTS / rows - (rows > 1 && content.wide !== true ? 12 : 0)));
  const list = legend === 'right' ? Math.min(250, entries(content).length * 19 + 12) : 0;
  return Math.max(content.height ?? even, list);
}

function rightOf(content: Content, legend: Place['legend']): number {
  if (legend !== 'right') return 8;
  if (hasScale(content)) return SCALE;
  return SAMPLES + Math.max(...entries(content).map((name) => textWidth(name, 12)));
}
