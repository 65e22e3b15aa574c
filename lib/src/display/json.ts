import { describe } from './describe.js';
import { Rich } from './rich.js';

const MAX_TEXT = 10_000;

/**
 * A value as a tree that the page can fold.
 * @param value An object or a list of JSON.
 * @throws TypeError when it is not, such as with a BigInt or a circle in it
 */
export function json(value: object): Rich {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, undefined, 2);
  } catch (error) {
    throw new TypeError(
      `json: value must be JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  if (typeof value !== 'object' || value === null || text === undefined)
    throw new TypeError(`json: value must be an object or a list; it is ${describe(value)}.`);
  const short =
    text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… ${text.length - MAX_TEXT} more characters`;
  return new Rich('application/json', JSON.parse(text), short);
}
