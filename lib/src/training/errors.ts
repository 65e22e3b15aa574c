/** Marks errors that an interrupt has caused. */
const INTERRUPTED: unique symbol = Symbol.for('gradoscope.interrupted');

/** Code of a run was ended from outside in the middle of a step or a callback: the run is over. */
export class StepTerminated extends Error {
  override readonly name = 'StepTerminated';

  constructor(step: number) {
    super(
      `What step ${step + 1} of the training was doing was ended by an interrupt; the model keeps what it learned up to then.`,
    );
  }
}

/** The user interrupted the cell while it trained; the run's record says how far it came. */
export class TrainingInterrupted extends Error {
  override readonly name = 'TrainingInterrupted';
  /** The interrupted cell has shown it: a kernel shows it nowhere else. */
  readonly [INTERRUPTED] = true;

  constructor(step: number) {
    super(`Training was interrupted after step ${step}; the model keeps what it learned up to then.`);
  }
}
