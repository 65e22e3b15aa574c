import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';

import { loadTensorFlow, withStockKernels } from '../../../lib/dist/tensor/index.js';
import { OPTIMIZERS, type Kind } from './compiled-models.js';
import { train, trainEach, type Weights } from './compiled-training.js';
import { distance, percentile95, perturb, type Distance } from './perturbation.js';

const { native, reason } = await loadTensorFlow();
const full = process.env.GRADOSCOPE_FULL === '1';
const RUNS = 20;

/** With the bench's rate; at the small models' the CNN is chaotic, and anything would be within the limit. */
const MAKERS = { ...OPTIMIZERS, 'slow adam': () => tf.train.adam(0.001) };
type Name = keyof typeof MAKERS;

/** Without dropout: XLA draws other numbers for the same seed. */
const CASES: readonly (readonly [Kind, Name])[] = [
  ...(Object.keys(OPTIMIZERS) as Name[]).map((name) => ['mlp', name] as const),
  ['cnn', 'adam'],
  ['batch-norm', 'adam'],
  ['lstm', 'adam'],
  ['embedding', 'adam'],
  ['mlp of the bench', 'slow adam'],
  ...(full
    ? ([
        ['gru', 'adam'],
        ['mlp of the bench', 'sgd'],
        ['cnn of the bench', 'slow adam'],
        ['cnn of the bench', 'sgd'],
      ] as const)
    : []),
];

/** 3 × the 95th percentile of how far one-ulp changes of the initial weights lead in 50 steps of the stock model. */
async function limit(kind: Kind, name: Name, reference: Weights): Promise<Distance> {
  // Compiled, which is faster and gives the bits of the eager step: the first, unchanged beginning shows that.
  const unchanged = (): void => undefined;
  const changed = Array.from({ length: RUNS }, (_, seed) => (model: tf.LayersModel) => perturb(model, seed));
  // It is recorded before anything is waited for.
  const [same, ...others] = await withStockKernels(() =>
    trainEach(kind, MAKERS[name], [unchanged, ...changed]),
  );
  expect(same).toEqual(reference);
  const distances = others.map((weights) => distance(reference, weights));
  return {
    max: 3 * percentile95(distances.map(({ max }) => max)),
    relative: 3 * percentile95(distances.map(({ relative }) => relative)),
  };
}

const within = ({ max, relative }: Distance, bound: Distance): boolean =>
  max <= bound.max && relative <= bound.relative;

describe.skipIf(!native)(`one-ulp changes of the initial weights (${reason})`, () => {
  afterEach(() => tf.disposeVariables());

  it.each(CASES)('lead %s with %s as far as overrides and XLA do, or farther', async (kind, name) => {
    const { weights } = withStockKernels(() => train(kind, MAKERS[name], 'eager'));
    const bound = await limit(kind, name, weights);
    for (const mode of ['graph', 'xla'] as const) {
      const trained = train(kind, MAKERS[name], mode);
      expect(trained.compiled?.mode).toBe(mode);
      const found = distance(weights, trained.weights);
      expect(within(found, bound), `${mode} ${JSON.stringify(found)}, limit ${JSON.stringify(bound)}`).toBe(
        true,
      );
    }
  });

  it('lead less far than a wrong epsilon does', async () => {
    const { weights } = withStockKernels(() => train('mlp', MAKERS.adam, 'eager'));
    const bound = await limit('mlp', 'adam', weights);
    const wrong = train('mlp', () => tf.train.adam(0.01, 0.9, 0.999, 2e-7), 'graph');
    expect(within(distance(weights, wrong.weights), bound)).toBe(false);
  });
});
