import { randomUUID } from 'node:crypto';
import type { ShowOptions, Shown } from '../host/types.js';
import { isRecord, type Content } from '../wire/message.js';
import { asText, toBundle } from './bundle.js';
import type { Cell } from './cell.js';
import { inspectBounded } from './inspect.js';
import type { Output } from './output.js';

type Kind = 'display_data' | 'update_display_data' | 'execute_result';

/**
 * Publishes the value's bundle, at once if it has it at hand.
 * @param extra What the message's content holds besides.
 * @returns The bundle that was sent.
 */
export function publishValue(value: unknown, send: (bundle: Content) => void): Content | Promise<Content> {
  const put = (bundle: Content): Content => {
    try {
      send(bundle);
      return bundle;
    } catch (error) {
      // A bundle that is not JSON; anything else, such as the cell's end, is not for us.
      if (!(error instanceof TypeError)) throw error;
      const text = asText(value, error);
      send(text);
      return text;
    }
  };
  const bundle = toBundle(value);
  return bundle instanceof Promise ? bundle.then(put) : put(bundle);
}

const handles = new WeakSet<object>();

/** What `display` gave: as the value of a cell it says nothing that is not shown already. */
export const isHandle = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && handles.has(value);

/** Makes `display` of a cell. @param owner The cell whose code calls it. */
export function displayFor(output: Output, owner: () => Cell | undefined) {
  return function display(value: unknown, options: ShowOptions = {}): Shown {
    const { id = randomUUID(), update = false } = check(options);
    if (update && options.id === undefined)
      throw new TypeError('display: options.update is true, so options.id must name what to replace.');
    // In the order of the calls, also where a value takes its time.
    let last: Promise<unknown> | undefined;
    const show = (kind: Kind, shown: unknown): void => {
      const cell = owner();
      if (!cell) return;
      const send = (data: Content): void =>
        output.publish(cell, kind, { data, metadata: {}, transient: { display_id: id } });
      const work: unknown = last ? last.then(() => publishValue(shown, send)) : publishValue(shown, send);
      if (!(work instanceof Promise)) return;
      const settled = work.then(
        () => undefined,
        () => undefined,
      );
      last = settled;
      cell.hold(settled);
    };
    show(update ? 'update_display_data' : 'display_data', value);
    const handle: Shown = { id, update: (next) => show('update_display_data', next) };
    handles.add(handle);
    return handle;
  };
}

function check(options: unknown): ShowOptions {
  if (!isRecord(options))
    throw new TypeError(
      `display: options must be an object such as { id: 'name' }; it is ${inspectBounded(options)}.`,
    );
  const { id, update } = options;
  if (id !== undefined && (typeof id !== 'string' || id === ''))
    throw new TypeError(
      `display: options.id must be a string that is not empty; it is ${inspectBounded(id)}.`,
    );
  if (update !== undefined && typeof update !== 'boolean')
    throw new TypeError(`display: options.update must be true or false; it is ${inspectBounded(update)}.`);
  return options;
}
