import type { Tensor } from '@tensorflow/tfjs';
import type { MimeBundle } from '../host/types.js';
import type { TensorFlow } from '../tensor/types.js';
import { corner } from '../tensor/corner.js';
import { gridHtml, grouped, short, type Grid } from './grid.js';

const ROWS = 10;
const COLUMNS = 10;
const MAX_STRING = 40;

/** A tensor's type, shape and first values. Of a large tensor only these are taken from the device. */
export function tensorBundle(tf: TensorFlow, tensor: Tensor, text: string): MimeBundle {
  const name = `Tensor ${tensor.dtype} [${tensor.shape.join(', ')}]`;
  if (tensor.isDisposed) return { 'text/plain': text };
  const found = corner(tf, tensor, ROWS, COLUMNS);
  if (!found || tensor.rank === 0 || tensor.size === 0) return { 'text/plain': text };
  const { values, leading, moreRows, moreColumns } = found;
  const rows = values.map((row) => [...row.map(valueText), ...(moreColumns ? ['…'] : [])]);
  const columns = rows[0]?.length ?? 0;
  if (moreRows) rows.push(Array.from({ length: columns }, () => '…'));
  const place = leading > 0 ? `, the matrix at [${'0, '.repeat(leading)}:, :]` : '';
  const grid: Grid = {
    head: [],
    rows,
    right: Array.from({ length: columns }, () => tensor.dtype !== 'string'),
    title: `${name}, ${grouped(tensor.size)} value${tensor.size === 1 ? '' : 's'}${place}`,
  };
  return { 'text/html': gridHtml(grid), 'text/plain': text };
}

function valueText(value: number | string | boolean): string {
  if (typeof value === 'number') return short(value, 5);
  const text = String(value);
  return text.length <= MAX_STRING ? text : `${text.slice(0, MAX_STRING - 1)}…`;
}
