import type { MimeBundle } from '../host/types.js';

const DISPLAY = Symbol.for('Jupyter.display');
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** A value that shows itself in one form on a page, and as text elsewhere: the value of a cell, or what `display` is given. */
export class Rich {
  /** @param type MIME type of `content`. @param text What a terminal shows. */
  constructor(
    readonly type: string,
    readonly content: unknown,
    readonly text: string,
  ) {}

  [DISPLAY](): MimeBundle {
    return { [this.type]: this.content, 'text/plain': this.text };
  }

  toString(): string {
    return this.text;
  }

  [INSPECT](): string {
    return this.text;
  }
}
