import type { Optimizer, Tensor, Variable } from '@tensorflow/tfjs';

type Named = string | ((...args: never[]) => unknown);

/** What TensorFlow.js's train function takes from a layers model. */
export interface FitModel {
  readonly name: string;
  readonly layers: readonly object[];
  /** Whether a layer keeps something from batch to batch. */
  readonly stateful: boolean;
  readonly optimizer_: CountedOptimizer;
  /** As given to `compile`. */
  readonly loss: Named | readonly Named[] | Readonly<Record<string, Named>>;
  readonly metrics: FitModel['loss'] | Readonly<Record<string, readonly Named[]>> | null | undefined;
  readonly lossFunctions: readonly unknown[];
  readonly metricsTensors: readonly unknown[];
  readonly collectedTrainableWeights: readonly { read(): Variable }[];
  /** Of the latest `fit`. */
  readonly history: { readonly epoch: readonly number[] } | undefined;
  getConfig(): unknown;
}

/** An optimizer counts its steps in JavaScript. */
export type CountedOptimizer = Omit<Optimizer, 'iterations_'> & { iterations_?: number | null };

export const isKept = (tensor: Tensor): boolean => (tensor as unknown as { kept: boolean }).kept;
