import { PNG } from 'pngjs';

import { ArgumentError, checkInteger, checkNumber, checkOptions } from './argument.js';
import type { NdArray } from './ndarray.js';

const DISPLAY = Symbol.for('Jupyter.display');
const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const GAP = 8;
const CAPTION = 18;
/** Width of a notebook's output, in pixels, that a row should fit. */
const ROW = 780;

export interface ImageGridOptions {
  /** A line under each image (default: none). */
  readonly captions?: readonly (string | number)[];
  /** Images in a row (default: up to 10). */
  readonly columns?: number;
  /** Screen pixels a pixel, from 0.5 (default 3, or less so that a row fits a notebook's width). */
  readonly scale?: number;
}

/** Images side by side, to be looked at: the value of a cell. */
export interface ImageGrid {
  readonly svg: string;
  [DISPLAY](): Readonly<Record<string, string>>;
  [INSPECT](): string;
}

/**
 * Shows grey images in a grid.
 * @param images `[n, height, width]` or `[n, height, width, 1]`, in [0, 1]; values outside are clipped
 * @throws ArgumentError for another shape, or captions that are too few
 */
export function imageGrid(images: NdArray, options: ImageGridOptions = {}): ImageGrid {
  checkOptions('imageGrid', options, ['captions', 'columns', 'scale']);
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
  if (images.shape.length < 3 || images.shape.length > 4 || channels !== 1 || count === 0) {
    throw new ArgumentError(
      'images',
      `shape [${images.shape.join(', ')}]`,
      '[n, height, width] or [n, height, width, 1]',
    );
  }
  const { captions } = options;
  if (captions !== undefined && captions.length < count) {
    throw new ArgumentError('captions', `${captions.length} captions`, `one for each of ${count} images`);
  }
  const columns = checkInteger('columns', options.columns ?? Math.min(count, 10), 1);
  const scale = checkNumber('scale', options.scale ?? fittingScale(columns, width), 0.5);
  const [cellWidth, cellHeight] = [width * scale, height * scale];
  const rowHeight = cellHeight + GAP + (captions === undefined ? 0 : CAPTION);
  const cells = Array.from({ length: count }, (_, i) => {
    const x = (i % columns) * (cellWidth + GAP);
    const y = Math.floor(i / columns) * rowHeight;
    const picture = png(images.data.subarray(i * height * width, (i + 1) * height * width), width, height);
    return (
      `<image x="${x}" y="${y}" width="${cellWidth}" height="${cellHeight}" href="data:image/png;base64,${picture}" style="image-rendering:pixelated"/>` +
      (captions === undefined
        ? ''
        : `<text x="${x + cellWidth / 2}" y="${y + cellHeight + CAPTION - 4}" text-anchor="middle">${escape(String(captions[i]))}</text>`)
    );
  });
  const totalWidth = Math.min(columns, count) * (cellWidth + GAP) - GAP;
  const totalHeight = Math.ceil(count / columns) * rowHeight - GAP;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${totalWidth}" height="${totalHeight}" viewBox="0 0 ${totalWidth} ${totalHeight}" ` +
    `font-family="sans-serif" font-size="13" fill="#666">${cells.join('')}</svg>`;
  const text = `${count} images of ${height}×${width}${captions === undefined ? '' : `: ${captions.slice(0, count).join(', ')}`}`;
  return {
    svg,
    [DISPLAY]: () => ({ 'image/svg+xml': svg, 'text/plain': text }),
    [INSPECT]: () => text,
  };
}

/** At most 3, in steps of a quarter. */
function fittingScale(columns: number, width: number): number {
  const largest = ((ROW + GAP) / columns - GAP) / width;
  return Math.min(3, Math.max(1, Math.floor(largest * 4) / 4));
}

function png(pixels: ArrayLike<number>, width: number, height: number): string {
  const image = new PNG({ width, height, colorType: 0, inputColorType: 0, inputHasAlpha: false });
  image.data = Buffer.from(Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))));
  const bytes = PNG.sync.write(image, { colorType: 0, inputColorType: 0, inputHasAlpha: false });
  return bytes.toString('base64');
}

function escape(text: string): string {
  return text.slice(0, 60).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
