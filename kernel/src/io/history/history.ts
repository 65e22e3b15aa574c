import type { Content } from '../../wire/message.js';
import { globMatcher } from './glob.js';
import type { HistoryStore, Item } from './store.js';

type Line = Omit<Item, 'session'>;

/** Cells of this process that are remembered, also without a file. */
const REMEMBERED = 10_000;

/** What was executed, in this session and, with a store, in earlier ones. */
export class History {
  readonly #own: Line[] = [];

  constructor(private readonly store: HistoryStore | undefined) {}

  add(line: number, input: string): void {
    this.#own.push({ line, input, output: undefined });
    if (this.#own.length > REMEMBERED) this.#own.shift();
    this.store?.input(line, input);
  }

  /** The text of a cell's result. */
  result(line: number, output: string): void {
    const item = this.#own.findLast((other) => other.line === line);
    if (item) item.output = output;
    this.store?.output(line, output);
  }

  /** The `history` of a history_reply for a request's content, as IPython answers it. */
  async answer(request: Content): Promise<unknown[]> {
    const { hist_access_type: kind, output, n, pattern, unique } = request;
    let items: readonly Item[];
    if (kind === 'range') items = await this.#range(request);
    else if (kind === 'tail') items = last(await this.#all(), n);
    else if (kind === 'search') {
      const matches = globMatcher(typeof pattern === 'string' ? pattern : '*');
      items = (await this.#all()).filter((item) => matches(item.input));
      if (unique === true) items = latestOfEach(items);
      items = last(items, n);
    } else return [];
    return items.map(({ session, line, input, output: result }) => [
      session,
      line,
      output === true ? [input, result ?? null] : input,
    ]);
  }

  async #all(): Promise<Item[]> {
    const session = (await this.store?.session()) ?? 1;
    const earlier = (await this.store?.items()) ?? [];
    return [
      ...earlier.filter((item) => item.session !== session),
      ...this.#own.map((item) => ({ ...item, session })),
    ];
  }

  /** Session 0 is this one (the reply has its number), negative ones count back from it; so do negative lines from the end. */
  async #range({ session: given, start, stop }: Content): Promise<Item[]> {
    const current = (await this.store?.session()) ?? 1;
    const asked = integer(given) ?? 0;
    const session = asked < 0 ? current + asked : asked === 0 ? current : asked;
    const items = (await this.#all()).filter((item) => item.session === session);
    const end = (items.at(-1)?.line ?? 0) + 1;
    const from = fromEnd(integer(start) ?? 1, end);
    const to = fromEnd(integer(stop) || end, end);
    return items.filter((item) => item.line >= from && item.line < to);
  }
}

const integer = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined;

const fromEnd = (line: number, end: number): number => (line < 0 ? end + line : line);

function last<T>(items: readonly T[], n: unknown): readonly T[] {
  const count = integer(n);
  if (count === undefined || count < 0) return items;
  return count === 0 ? [] : items.slice(-count);
}

function latestOfEach(items: readonly Item[]): Item[] {
  const seen = new Set<string>();
  return [...items]
    .reverse()
    .filter(({ input }) => !seen.has(input) && seen.add(input))
    .reverse();
}
