import type { Content } from '../content.js';
import type { Context } from './context.js';

/** What is shown before the first value arrives. */
export function emptyPanel({ x }: Context): Content {
  return { title: 'Loss', x, y: { title: 'loss', range: [0, 1] }, traces: [] };
}
