import { plain } from '../label.js';
import { scaleColor } from '../theme.js';
import type { HeatmapTrace } from '../types.js';
import { tenth, type Option } from './common.js';
import type { Plane } from './plane.js';

/** Maps of up to this many cells have a rectangle for each; in larger ones the cells of a colour are one path. */
const SINGLE_CELLS = 150;
/** Colours of a large map. */
const SHADES = 24;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Pixels of a map's cells: of `span` neighbours from column `j` of row `i`, in whole pixels where cells touch, so that no seams show. */
type Boxes = (i: number, j: number, span?: number) => Box;

function boxesOf(trace: HeatmapTrace, plane: Plane): Boxes {
  const { xgap = 0, ygap = 0 } = trace;
  const snap = xgap > 0 || ygap > 0 ? tenth : Math.round;
  const columns = trace.x.map((edge) => snap(plane.x(trace.xaxis).pixel(edge)));
  const rows = trace.y.map((edge) => snap(plane.y(trace.yaxis).pixel(edge)));
  return (i, j, span = 1) => {
    const [a, b] = [columns[j] as number, columns[j + span] as number];
    const [c, d] = [rows[i] as number, rows[i + 1] as number];
    return {
      x: tenth(Math.min(a, b) + xgap / 2),
      y: tenth(Math.min(c, d) + ygap / 2),
      width: tenth(Math.abs(b - a) - xgap),
      height: tenth(Math.abs(d - c) - ygap),
    };
  };
}

/** The cells of a heatmap. */
export function cells(trace: HeatmapTrace, plane: Plane): Option[] {
  const box = boxesOf(trace, plane);
  const count = trace.z.length * (trace.z[0]?.length ?? 0);
  return count <= SINGLE_CELLS ? single(trace, box) : merged(trace, box);
}

const share = (trace: HeatmapTrace, value: number): number =>
  trace.zmax > trace.zmin ? Math.min(1, Math.max(0, (value - trace.zmin) / (trace.zmax - trace.zmin))) : 0;

function single(trace: HeatmapTrace, box: Boxes): Option[] {
  const children: Option[] = [];
  trace.z.forEach((row, i) =>
    row.forEach((value, j) => {
      if (value === null) return;
      const fill = scaleColor(trace.colorscale, share(trace, value));
      const shape = box(i, j);
      children.push({ type: 'rect', shape, style: { fill } });
      const text = trace.texttemplate !== undefined ? (trace.text?.[i]?.[j] ?? '') : '';
      if (text !== '') children.push(cellText(plain(text), shape, fill, trace.textfont?.size ?? 12));
    }),
  );
  return children;
}

function cellText(text: string, { x, y, width, height }: Box, background: string, fontSize: number): Option {
  return {
    type: 'text',
    style: {
      text,
      x: tenth(x + width / 2),
      y: tenth(y + height / 2),
      align: 'center',
      verticalAlign: 'middle',
      fontSize,
      fill: brightness(background) > 0.55 ? '#1f2328' : '#ffffff',
    },
  };
}

/** Perceived brightness of #rrggbb, 0 to 1. */
export function brightness(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as [
    number,
    number,
    number,
  ];
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

/** Neighbours in a row that have the same shade are one rectangle, and all rectangles of a shade one path. */
function merged(trace: HeatmapTrace, box: Boxes): Option[] {
  const paths = new Map<number, string[]>();
  const shade = (value: number | null | undefined): number =>
    value === null || value === undefined ? -1 : Math.round(share(trace, value) * (SHADES - 1));
  trace.z.forEach((row, i) => {
    for (let j = 0; j < row.length;) {
      const here = shade(row[j]);
      let end = j + 1;
      while (end < row.length && shade(row[end]) === here) end++;
      if (here >= 0) {
        const { x, y, width, height } = box(i, j, end - j);
        const [right, bottom] = [tenth(x + width), tenth(y + height)];
        const list = paths.get(here) ?? [];
        list.push(`M${x} ${y}L${right} ${y}L${right} ${bottom}L${x} ${bottom}Z`);
        paths.set(here, list);
      }
      j = end;
    }
  });
  return [...paths].map(([here, list]) => ({
    type: 'path',
    shape: { pathData: list.join('') },
    style: { fill: scaleColor(trace.colorscale, here / (SHADES - 1)) },
  }));
}
