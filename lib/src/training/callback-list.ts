import { ArgumentError, checkChoice, shown } from '../data/argument.js';
import type { Callback, CallbackContext, GradientTransform, Logs } from './callback.js';

const HOOKS = [
  'onTrainBegin',
  'onTrainEnd',
  'onEpochBegin',
  'onEpochEnd',
  'onBatchBegin',
  'onBatchEnd',
] as const;

/** A callback's part in the training step. */
export interface Transforming {
  readonly transform: GradientTransform;
  phase(step: number): string;
}

/** Calls the hooks of several callbacks, in their order. */
export class CallbackList {
  readonly transforms: readonly Transforming[];

  /** @throws ArgumentError for something that is not a callback, or a misspelt hook */
  constructor(
    private readonly callbacks: readonly Callback[],
    /** Every hook is called through it. */
    private readonly within: <T>(f: () => T) => T = (f) => f(),
  ) {
    callbacks.forEach(checkCallback);
    this.transforms = callbacks.flatMap((callback) => {
      const { transform } = callback;
      const phase = (step: number): string => phaseOf(callback, step);
      return transform === undefined ? [] : [{ transform: transform.bind(callback), phase }];
    });
  }

  async trainBegin(context: CallbackContext): Promise<void> {
    for (const callback of this.callbacks) await this.within(() => callback.onTrainBegin?.(context));
  }

  /** Every callback's turn comes, also when an earlier one throws; the first error is thrown at the end. */
  async trainEnd(context: CallbackContext): Promise<void> {
    const errors: unknown[] = [];
    for (const callback of this.callbacks) {
      try {
        await this.within(() => callback.onTrainEnd?.(context));
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  async epochBegin(epoch: number, context: CallbackContext): Promise<void> {
    for (const callback of this.callbacks) await this.within(() => callback.onEpochBegin?.(epoch, context));
  }

  async epochEnd(epoch: number, logs: Logs, context: CallbackContext): Promise<void> {
    for (const callback of this.callbacks)
      await this.within(() => callback.onEpochEnd?.(epoch, logs, context));
  }

  async batchBegin(batch: number, context: CallbackContext): Promise<void> {
    for (const callback of this.callbacks)
      if (callback.onBatchBegin) await this.within(() => callback.onBatchBegin?.(batch, context));
  }

  async batchEnd(batch: number, logs: Logs, context: CallbackContext): Promise<void> {
    for (const callback of this.callbacks)
      if (callback.onBatchEnd) await this.within(() => callback.onBatchEnd?.(batch, logs, context));
  }
}

function phaseOf(callback: Callback, step: number): string {
  if (callback.phase === undefined) return '';
  const phase: unknown = callback.phase(step);
  if (typeof phase === 'string') return phase;
  throw new ArgumentError(`${callback.name ?? 'callback'}.phase(${step})`, shown(phase), 'a text');
}

function checkCallback(callback: unknown, index: number): void {
  const argument = `callbacks[${index}]`;
  if (typeof callback !== 'object' || callback === null) {
    throw new ArgumentError(argument, shown(callback), 'a callback object');
  }
  for (const [key, value] of Object.entries(callback)) {
    if (key.startsWith('on') && typeof value === 'function') checkChoice(`${argument} hook`, key, HOOKS);
  }
}
