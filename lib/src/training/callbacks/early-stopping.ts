import { ArgumentError, checkChoice, checkInteger, checkNumber, checkOptions } from '../../data/argument.js';
import { isObject, jsonNumber, numberFromJson, type Json } from '../../run/index.js';
import type { Callback, CallbackContext, Logs } from '../callback.js';
import { isBetter, resolveMode, type Mode } from '../monitor.js';
import type { WeightSnapshot } from '../weights.js';

export interface EarlyStoppingOptions {
  /** Name of the value to watch (default `val_loss`). */
  readonly monitor?: string;
  /** Smallest change that counts as better, in the unit of the value (default 0). */
  readonly minDelta?: number;
  /** Epochs without improvement after which training stops (default 0: at the first one). */
  readonly patience?: number;
  /** Whether smaller (`min`) or larger (`max`) is better; `auto` (default) tells it by the name. */
  readonly mode?: 'auto' | Mode;
  /** A value that must be beaten within `patience` epochs (default: none). */
  readonly baseline?: number;
  /** Epochs at the beginning that are not counted and cannot be best (default 0). */
  readonly startFromEpoch?: number;
  /** Put the weights of the best epoch back at the end, stopped early or not (default true). */
  readonly restoreBestWeights?: boolean;
}

const OPTIONS = [
  'monitor',
  'minDelta',
  'patience',
  'mode',
  'baseline',
  'startFromEpoch',
  'restoreBestWeights',
];

/**
 * Stops training when a value no longer improves, and puts the best weights back.
 * As in Keras, `wait` counts epochs since the best one, so that many small gains add up. Unlike Keras, weights are restored by
 * default, and an epoch whose value is NaN is never the best.
 */
export class EarlyStopping implements Callback {
  readonly name = 'EarlyStopping';
  readonly monitor: string;
  /** Epoch (from 0) at which it stopped training, if it did. */
  stoppedEpoch: number | undefined;
  /** Best epoch (from 0) and its value, once there is one. */
  bestEpoch: number | undefined;
  bestValue: number | undefined;
  readonly #options: Required<Omit<EarlyStoppingOptions, 'baseline' | 'mode'>> & {
    mode: Mode;
    baseline: number | undefined;
  };
  #wait = 0;
  #best: WeightSnapshot | undefined;

  /** @throws ArgumentError for an option that is unknown or out of range */
  constructor(options: EarlyStoppingOptions = {}) {
    checkOptions('EarlyStopping', options, OPTIONS);
    const {
      monitor = 'val_loss',
      minDelta = 0,
      patience = 0,
      mode = 'auto',
      baseline,
      startFromEpoch = 0,
    } = options;
    if (typeof monitor !== 'string' || monitor === '')
      throw new ArgumentError('monitor', String(monitor), "a value's name");
    this.monitor = monitor;
    this.#options = {
      monitor,
      minDelta: checkNumber('minDelta', minDelta, 0),
      patience: checkInteger('patience', patience, 0),
      mode: resolveMode(checkChoice('mode', mode, ['auto', 'min', 'max']), monitor),
      baseline: baseline === undefined ? undefined : checkNumber('baseline', baseline),
      startFromEpoch: checkInteger('startFromEpoch', startFromEpoch, 0),
      restoreBestWeights: options.restoreBestWeights ?? true,
    };
  }

  onTrainBegin({ params }: CallbackContext): void {
    if (!params.metrics.includes(this.monitor)) {
      const advice = this.monitor.startsWith('val_') ? 'For a val_ value give fit a validation set.' : '';
      throw new ArgumentError(
        'EarlyStopping monitor',
        JSON.stringify(this.monitor),
        `one of ${params.metrics.join(', ')}`,
        advice,
      );
    }
    this.#wait = 0;
    this.stoppedEpoch = this.bestEpoch = this.bestValue = undefined;
    this.#release();
  }

  onEpochEnd(epoch: number, logs: Logs, context: CallbackContext): void {
    const { minDelta, patience, mode, baseline, startFromEpoch, restoreBestWeights } = this.#options;
    const value = logs[this.monitor];
    if (value === undefined || epoch < startFromEpoch) return;
    this.#wait++;
    if (isBetter(value, this.bestValue, mode, minDelta)) {
      this.bestValue = value;
      this.bestEpoch = epoch;
      if (restoreBestWeights) {
        this.#release();
        this.#best = context.captureWeights();
      }
      // As in Keras, the wait begins anew only if the baseline is beaten too.
      if (baseline === undefined || isBetter(value, baseline, mode, minDelta)) this.#wait = 0;
      if (this.#wait === 0) return;
    }
    if (epoch > 0 && this.#wait >= Math.max(patience, 1)) {
      this.stoppedEpoch = epoch;
      context.stop(this.#reason());
    }
  }

  onTrainEnd(context: CallbackContext): void {
    if (this.#best !== undefined && this.bestEpoch !== undefined) {
      this.#best.restore();
      context.event('restored_weights', `weights of epoch ${this.bestEpoch + 1} (${this.#bestText()})`);
    }
    this.#release();
  }

  state(): Json {
    return {
      wait: this.#wait,
      bestEpoch: this.bestEpoch ?? null,
      bestValue: jsonNumber(this.bestValue ?? NaN),
    };
  }

  restore(state: Json): void {
    if (!isObject(state)) throw new ArgumentError('EarlyStopping state', String(state), 'what state() gave');
    this.#wait = checkInteger('wait', state['wait'], 0);
    this.bestEpoch = typeof state['bestEpoch'] === 'number' ? state['bestEpoch'] : undefined;
    this.bestValue = this.bestEpoch === undefined ? undefined : numberFromJson(state['bestValue']);
  }

  #release(): void {
    this.#best?.dispose();
    this.#best = undefined;
  }

  #bestText(): string {
    return `${this.monitor} ${this.bestValue?.toPrecision(4) ?? '–'}`;
  }

  #reason(): string {
    const best =
      this.bestEpoch === undefined
        ? 'never a number'
        : `best ${this.#bestText()} at epoch ${this.bestEpoch + 1}`;
    return `early stopping: ${this.monitor} did not improve for ${this.#wait} epoch${this.#wait === 1 ? '' : 's'} (${best})`;
  }
}
