import { ArgumentError, checkInteger, checkOptions, shown } from '../data/argument.js';
import { batchCount, split, toDataset, type DataInput, type Dataset } from '../data/index.js';
import type { Callback } from './callback.js';
import { checkInputs, type Learner } from './learner.js';
import { checkTargets, type ResolvedLoss } from './losses.js';

export interface FitOptions {
  /** Passes over the data (default 1). */
  readonly epochs?: number;
  /** Examples a step (default 32); the last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** Data to validate on after each epoch, or the part of the training data to set aside for it, at random with the trainer's seed. */
  readonly validation?: DataInput | number;
  /** Shuffle the examples anew in each epoch (default true). */
  readonly shuffle?: boolean;
  /** Callbacks of this run, after the trainer's own. */
  readonly callbacks?: readonly Callback[];
  /** A name for the run's chart (default: the model's name). */
  readonly name?: string;
}

const OPTIONS = ['epochs', 'batchSize', 'validation', 'shuffle', 'callbacks', 'name'];

/** What a run is going to do, checked. */
export interface FitPlan {
  readonly train: Dataset;
  readonly validation: Dataset | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly shuffle: boolean;
  readonly callbacks: readonly Callback[];
  readonly name: string;
}

type Checked = Pick<FitPlan, 'epochs' | 'batchSize' | 'shuffle' | 'callbacks'> & {
  readonly name: string | undefined;
};

/** What can be told without the data. @throws ArgumentError */
export function checkFitOptions(options: FitOptions): Checked {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError('fit options', shown(options), 'an object, such as { epochs: 5 }');
  }
  checkOptions('fit', options, OPTIONS);
  const epochs = checkInteger('epochs', options.epochs ?? 1, 1);
  const batchSize = checkInteger('batchSize', options.batchSize ?? 32, 1);
  const { callbacks = [], name, shuffle = true } = options;
  if (!Array.isArray(callbacks))
    throw new ArgumentError('callbacks', shown(callbacks), 'a list of callbacks');
  if (typeof shuffle !== 'boolean') throw new ArgumentError('shuffle', shown(shuffle), 'true or false');
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw new ArgumentError('name', shown(name), 'a text');
  return { epochs, batchSize, shuffle, callbacks, name };
}

/** Checks data and options before anything is trained. @throws ArgumentError */
export async function planFit(
  data: unknown,
  options: FitOptions,
  { learner, loss, seed }: { learner: Learner; loss: ResolvedLoss; seed: number },
): Promise<FitPlan> {
  const { name = learner.name, ...checked } = checkFitOptions(options);
  const check = async (argument: string, value: unknown): Promise<Dataset> => {
    const dataset = await toDataset(argument, value);
    checkInputs(argument, dataset, learner);
    checkTargets(argument, dataset, loss, learner.outputShape);
    return dataset;
  };
  const whole = await check('data', data);
  const [train, validation] =
    typeof options.validation === 'number'
      ? await split(whole, { fraction: options.validation, seed })
      : [whole, options.validation === undefined ? undefined : await check('validation', options.validation)];
  const stepsPerEpoch = batchCount(train.size, checked.batchSize);
  return { ...checked, train, validation, stepsPerEpoch, name };
}
