/** A step that cannot be recorded as a function of its inputs and variables. */
export class Untraceable extends Error {
  override readonly name = 'Untraceable';
}
