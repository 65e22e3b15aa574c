import type { InputAnswer } from '../shared/protocol.js';
import { Interrupted, type Cell } from './cell.js';
import type { Output } from './output.js';

interface Pending {
  readonly resolve: (value: string) => void;
  readonly reject: (error: Error) => void;
}

/** What a cell sees as `input` and `password`. */
export type Ask = (prompt?: string) => Promise<string>;

/** Questions to the user of the client that runs the cell. */
export class Prompter {
  readonly #pending = new Map<number, Pending>();
  #count = 0;

  constructor(private readonly output: Output) {}

  /** @param cell The cell that asks. @param password The client hides what is typed. */
  ask(cell: Cell | undefined, name: string, prompt: unknown, password: boolean): Promise<string> {
    if (typeof prompt !== 'string') {
      const got = prompt === null ? 'null' : typeof prompt;
      return Promise.reject(new TypeError(`${name}(prompt): prompt must be a string; it is ${got}.`));
    }
    if (cell?.dead) return Promise.reject(new Interrupted());
    if (!cell?.allowStdin) {
      const why = cell ? 'this client does not take input (allow_stdin is false)' : 'no cell runs';
      return Promise.reject(new Error(`${name}() cannot ask: ${why}. Assign the value in the code instead.`));
    }
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      const forget = (): void => {
        this.#pending.delete(id);
        reject(new Interrupted());
      };
      this.#pending.set(id, {
        resolve: (value) => {
          cell.abort.signal.removeEventListener('abort', forget);
          resolve(value);
        },
        reject,
      });
      cell.abort.signal.addEventListener('abort', forget, { once: true });
      this.output.post({ type: 'input', id, seq: cell.seq, prompt, password });
    });
  }

  answered(answer: InputAnswer): void {
    const pending = this.#pending.get(answer.id);
    if (!this.#pending.delete(answer.id) || !pending) return;
    if ('error' in answer) pending.reject(new Error(answer.error));
    else pending.resolve(answer.value);
  }
}
