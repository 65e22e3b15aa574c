import { wordAt } from './completion.js';

interface List {
  readonly isIncomplete?: boolean;
  readonly items?: readonly { readonly textEdit?: { readonly range?: unknown } }[];
}

/** The server's last completion, which serves while the same word is typed on and nothing else has changed. */
export class RecentCompletion {
  #kept: { key: string; answer: unknown } | undefined;

  /** @param epoch Of all that the text does not show. */
  find(text: string, offset: number, epoch: number): unknown {
    return this.#kept?.key === keyOf(text, offset, epoch) ? this.#kept.answer : undefined;
  }

  keep(text: string, offset: number, epoch: number, answer: unknown): void {
    this.#kept = isWhole(answer) ? { key: keyOf(text, offset, epoch), answer } : undefined;
  }

  clear(): void {
    this.#kept = undefined;
  }
}

/** The text without its word, and where that is. */
function keyOf(text: string, offset: number, epoch: number): string {
  const { start, end } = wordAt(text, offset);
  return JSON.stringify([epoch, start, text.slice(0, start), text.slice(end)]);
}

/**
 * Whether an answer has all that its place allows, whatever is typed of it. Entries with a range of their own are not so:
 * paths in strings, which change with the folder.
 */
function isWhole(answer: unknown): boolean {
  if (!answer || Array.isArray(answer)) return false;
  const { isIncomplete = false, items = [] } = answer as List;
  return !isIncomplete && items.length > 0 && items.every(({ textEdit }) => textEdit?.range === undefined);
}
