/** The user interrupted the cell while it trained; the run's record says how far it came. */
export class TrainingInterrupted extends Error {
  override readonly name = 'TrainingInterrupted';

  constructor(step: number) {
    super(`Training was interrupted after step ${step}; the model keeps what it learned up to then.`);
  }
}
