import type { Content } from '../wire/message.js';
import { toBundle } from './bundle.js';
import type { Cell } from './cell.js';

/** What the pager of a client shows: it goes with the reply to the cell, as a payload. */
export function pageFor(running: () => Cell | undefined): (value: unknown) => void {
  return (value) => {
    const cell = running();
    if (!cell || cell.dead)
      throw new Error('page works while its cell runs, for it goes with the reply; use display afterwards.');
    const add = (data: Content): void => void cell.payload.push({ source: 'page', data, start: 0 });
    cell.hold(Promise.resolve(toBundle(value)).then(add));
  };
}
