import type { TensorInfo } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../../types.js';
import type { OwnModule } from '../module.js';
import { isFloat, replace } from './replace.js';

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface FusedAttributes extends MatMulAttributes {
  readonly activation: string;
}

interface Finish {
  readonly bias?: TensorInfo | undefined;
  readonly relu?: boolean;
}

/** So deep is a block of B that is laid out anew; as DEPTH in lib/wasm/product.ts. */
const DEPTH = 256;
const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** The numbers that the module's product wants, for a batch of row-major matrices. */
export function productSizes(
  batch: number,
  [aStep, bStep]: readonly [number, number],
  [rows, columns, depth]: readonly [number, number, number],
  { transposeA, transposeB }: MatMulAttributes,
): number[] {
  const a = transposeA ? [1, rows] : [depth, 1];
  const b = transposeB ? [1, depth] : [columns, 1];
  return [batch, aStep, bStep, rows * columns, rows, columns, depth, ...a, ...b];
}

/** A product, of a batch or one on either side; undefined for what the module does not do. */
export function matMul(
  own: OwnModule,
  a: TensorInfo,
  b: TensorInfo,
  attributes: MatMulAttributes,
  { bias, relu = false }: Finish = {},
): TensorInfo | undefined {
  const [aLast, aRows] = [a.shape.at(-1) as number, a.shape.at(-2) as number];
  const [bLast, bRows] = [b.shape.at(-1) as number, b.shape.at(-2) as number];
  const [rows, depth] = attributes.transposeA ? [aLast, aRows] : [aRows, aLast];
  const [columns, bDepth] = attributes.transposeB ? [bRows, bLast] : [bLast, bRows];
  const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const [aCount, bCount] = [size(aBatch), size(bBatch)];
  const alike = String(aBatch) === String(bBatch);
  if (!isFloat(a, b) || depth !== bDepth || !(alike || aCount === 1 || bCount === 1)) return undefined;
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== columns || !isFloat(bias))) return undefined;
  // One on either side meets all; its ones in front count as dimensions.
  const longer = aBatch.length >= bBatch.length ? aBatch : bBatch;
  const lead = aCount >= bCount ? aBatch : bBatch;
  const outer = [...Array<number>(longer.length - lead.length).fill(1), ...lead];
  const batch = size(outer);
  const steps = [aCount === batch ? rows * depth : 0, bCount === batch ? depth * columns : 0] as const;
  const sizes = productSizes(batch, steps, [rows, columns, depth], attributes);
  const address = bias ? own.backend.dataIdMap.get(bias.dataId).memoryOffset : 0;
  return own.run(
    'product',
    [a, b],
    [...outer, rows, columns],
    [...sizes, address, Number(relu)],
    Math.min(DEPTH, depth) * (columns + 7),
    batch * rows * columns * depth,
  );
}

/** Products of matrices, with bias and rectifier where a layer has them. */
export function replaceMatMul(tf: TensorFlow, own: OwnModule): void {
  replace<MatMulAttributes>(tf, 'BatchMatMul', ({ inputs: { a, b }, attributes, stock }) => {
    return matMul(own, a as TensorInfo, b as TensorInfo, attributes) ?? stock();
  });
  replace<FusedAttributes>(tf, '_FusedMatMul', ({ inputs: { a, b, bias }, attributes, stock }) => {
    const { activation } = attributes;
    if (activation !== 'linear' && activation !== 'relu') return stock();
    const finish = { bias, relu: activation === 'relu' };
    return matMul(own, a as TensorInfo, b as TensorInfo, attributes, finish) ?? stock();
  });
}
