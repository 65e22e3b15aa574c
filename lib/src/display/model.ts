import type { LayersModel, Shape } from '@tensorflow/tfjs';
import type { MimeBundle } from '../host/types.js';
import { gridHtml, gridText, grouped, type Grid } from './grid.js';

const MAX_LAYERS = 500;

type Layer = LayersModel['layers'][number];

/** A model's layers with the shapes of their outputs and the numbers of their parameters. */
export function modelBundle(model: LayersModel): MimeBundle {
  const grid = modelGrid(model);
  return { 'text/html': gridHtml(grid), 'text/plain': gridText(grid) };
}

export function modelGrid(model: LayersModel): Grid {
  const layers = model.layers.slice(0, MAX_LAYERS);
  const rows = layers.map((layer) => [layer.name, layer.getClassName(), shapeText(layer), parameters(layer)]);
  const rest = model.layers.length - layers.length;
  if (rest > 0) rows.push([`… ${grouped(rest)} more layers`, '', '', '']);
  return {
    title: `${model.getClassName()} ${model.name}`,
    head: ['layer', 'type', 'output shape', 'parameters'],
    rows,
    right: [false, false, false, true],
    note: totals(model),
  };
}

function totals(model: LayersModel): string {
  const sum = (weights: readonly { readonly shape: Shape }[]): number =>
    weights.reduce((total, { shape }) => total + shape.reduce<number>((n, size) => n * (size ?? 1), 1), 0);
  if (model.layers.length === 0) return 'no layers yet';
  if (model.layers.some((layer) => !layer.built)) return 'not built: call it once, or give inputShape';
  const trainable = sum(model.layers.flatMap((layer) => layer.trainableWeights));
  const frozen = sum(model.layers.flatMap((layer) => layer.nonTrainableWeights));
  return `${grouped(trainable + frozen)} parameters, ${grouped(trainable)} trainable, ${grouped(frozen)} not`;
}

/** A layer that is used twice with different inputs has no one shape; one that is not built has none yet. */
function shapeText(layer: Layer): string {
  try {
    const shape = layer.outputShape;
    const text = (one: Shape): string => `[${one.map((size) => size ?? 'batch').join(', ')}]`;
    return isShape(shape) ? text(shape) : shape.map(text).join(', ');
  } catch {
    return layer.built ? 'several' : '?';
  }
}

function parameters(layer: Layer): string {
  return layer.built ? grouped(layer.countParams()) : '?';
}

const isShape = (shape: Shape | Shape[]): shape is Shape => !Array.isArray(shape[0]);
