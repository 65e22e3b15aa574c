import { recordFromState, type Chunk, type RunRecord, type StatePart } from 'gradoscope/run';
import { newRequestId } from './request-id.js';

/** Most chunks kept while an answer is on its way; at ten a second, more than three minutes. */
const MOST_CHUNKS = 2000;

/** One request for a run's whole state: collects the parts of its answer, and what was appended meanwhile. */
export class StateRequest {
  readonly id = newRequestId();
  readonly #parts: StatePart[] = [];
  readonly #meanwhile: Chunk[] = [];

  /** Keeps a chunk that came while the answer is on its way. @returns false when there are too many to wait any longer */
  keep(chunk: Chunk): boolean {
    this.#meanwhile.push(chunk);
    return this.#meanwhile.length <= MOST_CHUNKS;
  }

  /** Chunks that came while the answer was on its way, in order. */
  get meanwhile(): readonly Chunk[] {
    return this.#meanwhile;
  }

  /**
   * Takes the next part.
   * @returns record and seq once the last part is there, `undefined` before
   * @throws RangeError when a part is missing or the parts do not fit together
   */
  add(part: StatePart): { record: RunRecord; seq: number } | undefined {
    const expected = this.#parts.length;
    if (part.part !== expected) {
      throw new RangeError(`run state: part ${part.part} came, expected part ${expected}.`);
    }
    this.#parts.push(part);
    return this.#parts.length === part.parts ? recordFromState(this.#parts) : undefined;
  }
}
