import type { Analysis } from '../types.js';
import type { Cells } from './cells.js';

/** So many are remembered. */
const REMEMBERED = 100;

/** Cells that had no errors: they need no second check as long as all that they depend on is the same. */
export class Passed {
  readonly #keys = new Set<string>();
  #epoch = 0;

  constructor(private readonly cells: Cells) {}

  /** @param epoch Is another one when anything outside of the cells has changed. */
  has(analysis: Analysis, epoch: number): boolean {
    if (epoch !== this.#epoch) this.#keys.clear();
    this.#epoch = epoch;
    return this.#keys.has(this.#keyOf(analysis));
  }

  /** @param epoch As it was when the check began. */
  add(analysis: Analysis, epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#keys.add(this.#keyOf(analysis));
    const [oldest] = this.#keys;
    if (this.#keys.size > REMEMBERED && oldest !== undefined) this.#keys.delete(oldest);
  }

  /** What all cells see has changed. */
  clear(): void {
    this.#keys.clear();
  }

  #keyOf(analysis: Analysis): string {
    const used = this.cells.used(analysis).map(([name, { cell }]) => `${name}@${cell.id}`);
    return `${analysis.jsx ? 'tsx' : 'ts'} ${used.join()}\n${analysis.code}`;
  }
}
