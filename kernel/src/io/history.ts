import type { Content } from '../wire/message.js';

interface Item {
  readonly line: number;
  readonly input: string;
  output: string | undefined;
}

/** What was executed since the kernel started; session 1 is the only one. */
export class History {
  readonly #items: Item[] = [];
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  add(line: number, input: string): void {
    this.#items.push({ line, input, output: undefined });
    if (this.#items.length > this.#limit) this.#items.shift();
  }

  /** The text of a cell's result. */
  result(line: number, output: string): void {
    const item = this.#items.findLast((other) => other.line === line);
    if (item) item.output = output;
  }

  /** The `history` of a history_reply for a request's content. */
  answer(request: Content): unknown[] {
    const { hist_access_type: kind, output, n, start, stop, pattern, unique, session } = request;
    let items = this.#items;
    if (kind === 'range') {
      if (typeof session === 'number' && session !== 0 && session !== 1) return [];
      const from = typeof start === 'number' ? start : 0;
      const to = typeof stop === 'number' ? stop : Infinity;
      items = items.filter((item) => item.line >= from && item.line < to);
    } else if (kind === 'search') {
      const expression = glob(typeof pattern === 'string' ? pattern : '*');
      items = items.filter((item) => expression.test(item.input));
      if (unique === true)
        items = items.filter((item, i) => items.findLastIndex((other) => other.input === item.input) === i);
    } else if (kind !== 'tail') {
      return [];
    }
    if (kind !== 'range' && typeof n === 'number' && n >= 0) items = n === 0 ? [] : items.slice(-n);
    return items.map((item) => [
      1,
      item.line,
      output === true ? [item.input, item.output ?? null] : item.input,
    ]);
  }
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[\\s\\S]*')
    .replace(/\?/g, '[\\s\\S]');
  return new RegExp(`^${source}$`);
}
