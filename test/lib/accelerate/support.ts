import * as tf from '@tensorflow/tfjs';

import {
  accelerate,
  loadTensorFlow,
  withStockKernels,
  type AccelerateOptions,
} from '../../../lib/dist/index.js';

export const { native, reason } = await loadTensorFlow();

export const { layers: L } = tf;
let seed = 1;
/** The same weights each time that a model is built. */
export const init = (): { kernelInitializer: ReturnType<typeof tf.initializers.glorotUniform> } => ({
  kernelInitializer: tf.initializers.glorotUniform({ seed: seed++ }),
});
export const normal = (...shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', 7);
export const oneHot = (n: number, depth = 3): tf.Tensor =>
  tf.tidy(() => tf.oneHot(tf.randomUniform([n], 0, depth, 'int32', 5).toInt(), depth).toFloat());

export const mlp = (): tf.Sequential =>
  tf.sequential({
    layers: [
      L.dense({ inputShape: [20], units: 16, activation: 'relu', ...init() }),
      L.dense({ units: 3, activation: 'softmax', ...init() }),
    ],
  });

export interface Trained {
  readonly history: unknown;
  readonly weights: number[][];
}

/** A training of TensorFlow.js, from a model made anew: what it gives beside its history. */
export type Training = () => Promise<{ model: tf.LayersModel; history?: unknown }>;

/** How many batches were one native call each. */
export const compiled = { calls: 0 };
if (native) {
  const backend = tf.backend() as unknown as { binding: Record<string, (...args: unknown[]) => unknown> };
  const { binding } = backend;
  const runFunction = (...args: unknown[]): unknown => {
    compiled.calls++;
    return binding['runFunction']?.(...args);
  };
  backend.binding = Object.create(binding, { runFunction: { value: runFunction } }) as typeof binding;
}

/** What is told about models that are not compiled. */
export const told: string[] = [];

/** Runs a training, and takes what it has made. */
export async function run(training: Training, options?: AccelerateOptions | false): Promise<Trained> {
  seed = 1;
  told.length = 0;
  compiled.calls = 0;
  const restore =
    options === false ? undefined : accelerate({ onFallback: (why) => told.push(why), ...options });
  try {
    const { model, history } = await training();
    const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
    const { optimizer } = model;
    model.dispose();
    optimizer.dispose();
    return { history, weights };
  } finally {
    restore?.();
  }
}

/** TensorFlow.js's own result, and the accelerated one. */
export async function both(training: Training, options?: AccelerateOptions): Promise<[Trained, Trained]> {
  return [await run(training, false), await run(training, options)];
}

let stock = false;
if (native) {
  accelerate()(); // so that what follows is around it
  const prototype = tf.LayersModel.prototype as unknown as {
    makeTrainFunction(): (data: unknown) => unknown;
  };
  const make = prototype.makeTrainFunction;
  prototype.makeTrainFunction = function () {
    const train = make.call(this);
    return (data) => (stock ? withStockKernels(() => train(data)) : train(data));
  };
}

/** Trains with TensorFlow.js's own kernels and gradients. */
export async function withStock<T>(f: () => Promise<T>): Promise<T> {
  stock = true;
  try {
    return await f();
  } finally {
    stock = false;
  }
}
