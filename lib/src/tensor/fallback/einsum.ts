import type { Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from '../types.js';

/** A tensor with a letter for each of its dimensions. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Sums over the letters that are not to be kept. */
function summed(tf: TensorFlow, { x, labels }: Term, keep: readonly string[]): Term {
  const axes = labels.flatMap((label, i) => (keep.includes(label) ? [] : [i]));
  if (axes.length === 0) return { x, labels };
  return { x: tf.sum(x, axes), labels: labels.filter((label) => keep.includes(label)) };
}

/** With the dimensions in the order of these letters. */
function ordered(tf: TensorFlow, { x, labels }: Term, order: readonly string[]): Tensor {
  const places = order.map((label) => labels.indexOf(label));
  return places.every((place, i) => place === i) ? x : tf.transpose(x, places);
}

/**
 * Einstein's sums of one or two tensors, as a product of matrices: letters of both and the result are its batch, letters of
 * both alone are summed.
 * @throws Error for an equation or sizes that do not fit, as TensorFlow.js says it
 */
export function einsum(tf: TensorFlow, equation: string, tensors: readonly Tensor[]): Tensor {
  const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, [...tensors]);
  const [left = '', right = ''] = equation.replace(/\s/g, '').split('->');
  const out = [...right];
  const [first, second] = left
    .split(',')
    .map((labels, i): Term => ({ x: tensors[i] as Tensor, labels: [...labels] }));
  return tf.tidy(() => {
    if (!second) return tf.clone(ordered(tf, summed(tf, first as Term, out), out));
    const a = summed(tf, first as Term, [...out, ...second.labels]);
    const b = summed(tf, second, [...out, ...a.labels]);
    const both = a.labels.filter((label) => b.labels.includes(label));
    const batch = both.filter((label) => out.includes(label));
    const inner = both.filter((label) => !out.includes(label));
    const rows = a.labels.filter((label) => !both.includes(label));
    const columns = b.labels.filter((label) => !both.includes(label));
    const sizes = new Map(
      [a, b].flatMap(({ x, labels }) => labels.map((label, i) => [label, x.shape[i] as number])),
    );
    const of = (labels: readonly string[]): number[] => labels.map((label) => sizes.get(label) as number);
    const matrices = tf.matMul(
      tf.reshape(ordered(tf, a, [...batch, ...rows, ...inner]), [
        size(of(batch)),
        size(of(rows)),
        size(of(inner)),
      ]),
      tf.reshape(ordered(tf, b, [...batch, ...inner, ...columns]), [
        size(of(batch)),
        size(of(inner)),
        size(of(columns)),
      ]),
    );
    const labels = [...batch, ...rows, ...columns];
    return tf.clone(ordered(tf, { x: tf.reshape(matrices, of(labels)), labels }, out));
  });
}

/**
 * The gradient of Einstein's sum with respect to one of its tensors: the sum of the given gradient and the other tensor over
 * the letters that this one lacks.
 */
export function einsumGradient(
  tf: TensorFlow,
  equation: string,
  dy: Tensor,
  tensors: readonly Tensor[],
  which: number,
): Tensor {
  const [left = '', right = ''] = equation.replace(/\s/g, '').split('->');
  const terms = left.split(',');
  const own = [...(terms[which] as string)];
  const { shape } = tensors[which] as Tensor;
  const other = terms.length === 2 ? 1 - which : undefined;
  const otherLabels = other === undefined ? '' : (terms[other] as string);
  // Letters that this tensor alone has were summed: each of its numbers has the same share.
  const known = own.filter((label) => right.includes(label) || otherLabels.includes(label));
  const inputs = other === undefined ? [dy] : [dy, tensors[other] as Tensor];
  const parts = other === undefined ? right : `${right},${otherLabels}`;
  const sum = tf.einsum(`${parts}->${known.join('')}`, ...inputs);
  const kept = own.map((label, i) => (known.includes(label) ? (shape[i] as number) : 1));
  return tf.broadcastTo(tf.reshape(sum, kept), shape as [number]);
}
