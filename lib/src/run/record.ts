import type { HeaderPatch, RunHeader } from './header.js';
import { Series, type At, type SeriesSpec } from './series.js';

/**
 * The record of a run: header and series. The trainer writes it, and every view, live, saved or resumed, is a function of it.
 * It only grows: rows are appended, series declared, and the few changing header fields replaced.
 */
export class RunRecord {
  #header: RunHeader;
  readonly #series = new Map<string, Series>();

  constructor(header: RunHeader) {
    this.#header = header;
  }

  get id(): string {
    return this.#header.id;
  }

  get header(): RunHeader {
    return this.#header;
  }

  get series(): ReadonlyMap<string, Series> {
    return this.#series;
  }

  /** Has the run ended, in whatever way? */
  get ended(): boolean {
    return this.#header.status !== 'running' && this.#header.status !== 'paused';
  }

  update(patch: HeaderPatch): void {
    this.#header = { ...this.#header, ...patch };
  }

  /**
   * Declares a series; declaring the same one again returns it.
   * @throws RangeError when a series of this name has another kind, shape or dtype
   */
  declare(spec: SeriesSpec): Series {
    const known = this.#series.get(spec.name);
    if (known !== undefined) {
      const { kind, shape, dtype } = known.spec;
      if (kind !== spec.kind || dtype !== spec.dtype || shape.join() !== spec.shape.join()) {
        throw new RangeError(
          `series ${spec.name}: already declared as ${kind} [${shape.join(',')}] ${dtype}.`,
        );
      }
      return known;
    }
    const series = new Series(spec);
    this.#series.set(spec.name, series);
    return series;
  }

  /** Appends a row to a declared series. */
  append(name: string, at: At, value: number | ArrayLike<number> | string): void {
    const series = this.#series.get(name);
    if (series === undefined) throw new RangeError(`series ${name}: not declared (call declare first).`);
    series.append(at, value);
  }

  /** Declares a dimensionless scalar where needed and appends to it. */
  scalar(name: string, at: At, value: number, unit = ''): void {
    const series =
      this.#series.get(name) ?? this.declare({ name, unit, kind: 'scalar', shape: [], dtype: 'float64' });
    series.append(at, value);
  }

  /** Notes an event, such as "early stopping", with a text. */
  event(name: string, at: At, text: string): void {
    const series =
      this.#series.get(name) ?? this.declare({ name, unit: '', kind: 'event', shape: [], dtype: 'float64' });
    series.append(at, text);
  }
}
