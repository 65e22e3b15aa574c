import { checkChoice, checkInteger, checkOptions } from '../data/argument.js';
import { nativeBackend } from '../tensor/compiled/native-functions.js';
import { backend } from '../tensor/index.js';
import { aroundTraining } from '../tensor/train-function.js';
import type { TensorFlow } from '../tensor/types.js';
import { FitStep } from './fit-step.js';
import type { FitModel } from './model.js';

export interface AccelerateOptions {
  /** Compile by XLA, or by the faster of both; see `compileStep`. Default false. */
  readonly xla?: boolean | 'auto';
  /** Of what layers draw (dropout, noise), a whole number; each model goes on from it by itself. Default: another each time. */
  readonly seed?: number;
  /**
   * Hears once for each model why its batches are not compiled, or not all of them, and are trained as TensorFlow.js does.
   * Default: a warning on the console.
   */
  readonly onFallback?: (reason: string, model: string) => void;
}

const nothing = (): void => undefined;
let active: object | undefined;
const steps = new Map<WeakRef<object>, FitStep>();
const stepOf = new WeakMap<object, FitStep>();
const collected = new FinalizationRegistry<WeakRef<object>>((model) => free(model));
const prepared = new WeakSet<object>();

/**
 * From here on `fit`, `fitDataset` and `trainOnBatch` of TensorFlow.js's models train each batch with one native call, where
 * native TensorFlow is loaded; elsewhere nothing changes, which is said on the console. Histories, callbacks and weights are
 * those of TensorFlow.js. A shape of batch is compiled when it comes for the second time.
 *
 * What differs: dropout and noise are drawn by a native generator. What a loss, metric or layer of your own does besides
 * computing with tensors happens when it is recorded only; numbers that it takes from JavaScript may change between epochs,
 * and where they are found to change within one, the model is trained as TensorFlow.js does.
 *
 * Holds, for each model that draws random numbers, one variable; `model.dispose()` frees it and what was compiled.
 * @returns undoes it; later trainings are TensorFlow.js's own
 * @throws ArgumentError for an unknown option; Error before TensorFlow is loaded
 */
export function accelerate(options: AccelerateOptions = {}): () => void {
  const { xla = false, seed, onFallback = warn } = checked(options);
  const loaded = backend();
  if (!loaded) throw new Error('accelerate: call loadTensorFlow() first.');
  const { tf, native, reason, howToGetNative } = loaded;
  if (!native || !nativeBackend(tf)) {
    const why = native
      ? 'This process has loaded another native TensorFlow. Import gradoscope first.'
      : reason;
    console.warn(
      `gradoscope: model.fit is not accelerated. ${[why, howToGetNative].filter(Boolean).join(' ')}`,
    );
    return nothing;
  }
  freeWithModel(tf);
  freeAll();
  const token = (active = {});
  const stepFor = (model: FitModel): FitStep => {
    let step = stepOf.get(model);
    if (!step) {
      const { name } = model;
      const own = seed ?? Math.floor(Math.random() * 2 ** 31);
      step = new FitStep(tf, { xla, seed: own, tell: (why) => onFallback(why, name) });
      const reference = new WeakRef<object>(model);
      stepOf.set(model, step);
      steps.set(reference, step);
      collected.register(model, reference);
    }
    return step;
  };
  aroundTraining(tf, 'compiling', (given, train) => {
    const model = given as FitModel;
    return (data) => (active === token ? stepFor(model).run(model, train, data) : train(data));
  });
  return () => {
    if (active !== token) return;
    active = undefined;
    aroundTraining(tf, 'compiling', undefined);
    freeAll();
  };
}

function checked(options: AccelerateOptions): AccelerateOptions {
  checkOptions('accelerate', options, ['xla', 'seed', 'onFallback']);
  if (options.xla !== undefined && typeof options.xla !== 'boolean')
    checkChoice('xla', options.xla, ['auto']);
  if (options.seed !== undefined) checkInteger('seed', options.seed, Number.MIN_SAFE_INTEGER);
  return options;
}

function warn(reason: string, model: string): void {
  console.warn(`gradoscope: ${model} is trained operation by operation: ${reason}.`);
}

function free(model: WeakRef<object>): void {
  steps.get(model)?.dispose();
  steps.delete(model);
}

function freeAll(): void {
  for (const [model] of steps) {
    const living = model.deref();
    if (living) stepOf.delete(living);
    free(model);
  }
}

/** What was compiled for a model goes with it. */
function freeWithModel(tf: TensorFlow): void {
  type Disposable = { readonly model?: object; dispose(): { refCountAfterDispose: number } };
  const prototype = tf.LayersModel.prototype as unknown as Disposable;
  if (prepared.has(prototype)) return;
  prepared.add(prototype);
  const { dispose } = prototype;
  prototype.dispose = function (this: Disposable) {
    const result = dispose.call(this);
    // A sequential model is trained by a model within.
    if (result.refCountAfterDispose === 0) for (const model of [this, this.model]) forget(model);
    return result;
  };
}

function forget(model: object | undefined): void {
  const step = model && stepOf.get(model);
  if (!step) return;
  stepOf.delete(model);
  for (const [reference, one] of steps) if (one === step) free(reference);
}
