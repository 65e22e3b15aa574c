import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';

import { imageGrid } from '../../../lib/dist/data/index.js';

const DISPLAY = Symbol.for('Jupyter.display');

describe('imageGrid', () => {
  it('draws each image pixel by pixel, with its caption', () => {
    const data = Float32Array.of(0, 0.5, 1, 2, 1, 1, -1, 0);
    const grid = imageGrid({ data, shape: [2, 2, 2, 1] }, { captions: ['<b>', 7], scale: 2 });
    const pictures = [...grid.svg.matchAll(/base64,([^"]+)/g)].map(([, text]) =>
      PNG.sync.read(Buffer.from(text as string, 'base64')),
    );
    expect(pictures.map(({ width, height }) => [width, height])).toEqual([
      [2, 2],
      [2, 2],
    ]);
    const grey = pictures.map(({ data: rgba }) => [0, 1, 2, 3].map((i) => rgba[4 * i]));
    expect(grey).toEqual([
      [0, 128, 255, 255],
      [255, 255, 0, 0],
    ]);
    expect(grid.svg).toContain('&#60;b&#62;');
    const display = Reflect.get(grid, DISPLAY) as () => object;
    expect(Object.keys(display())).toEqual(['image/svg+xml', 'text/plain']);
  });

  it('refuses images in colour, none, and too few captions', () => {
    const data = new Float32Array(12);
    expect(() => imageGrid({ data, shape: [1, 2, 2, 3] })).toThrow(
      /images: got shape \[1, 2, 2, 3\], expected/,
    );
    expect(() => imageGrid({ data: new Float32Array(0), shape: [0, 2, 2] })).toThrow(/images/);
    expect(() => imageGrid({ data, shape: [3, 2, 2] }, { captions: [1] })).toThrow(
      /captions: got 1 captions, expected one for each of 3/,
    );
  });
});
