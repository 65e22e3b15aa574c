import { encodeRows, type Block, type Chunk } from './chunk.js';
import type { HeaderPatch, RunHeader } from './header.js';
import type { RunRecord } from './record.js';
import type { Series } from './series.js';

/** Cuts a growing record into numbered chunks: each call of {@link next} holds what came since the last one. */
export class ChunkWriter {
  #seq = 0;
  readonly #written = new Map<string, number>();
  #header: RunHeader;

  constructor(private readonly record: RunRecord) {
    this.#header = record.header;
  }

  /** Number of the last chunk written. */
  get seq(): number {
    return this.#seq;
  }

  /** The next chunk, or `undefined` when nothing is new. */
  next(): Chunk | undefined {
    const fresh = [...this.record.series.values()].filter((series) => !this.#written.has(series.spec.name));
    const blocks: Block[] = [];
    for (const series of this.record.series.values()) {
      const from = this.#written.get(series.spec.name) ?? 0;
      if (series.length > from) blocks.push(blockOf(series, from, series.length));
      this.#written.set(series.spec.name, series.length);
    }
    const patch = this.#patch();
    if (fresh.length === 0 && blocks.length === 0 && patch === undefined) return undefined;
    this.#seq++;
    return {
      seq: this.#seq,
      specs: fresh.map(({ spec }) => spec),
      blocks,
      ...(patch !== undefined ? { header: patch } : {}),
    };
  }

  #patch(): HeaderPatch | undefined {
    const { header } = this.record;
    if (header === this.#header) return undefined;
    const { environment } = header;
    const patch = {
      ...headerPatch(header),
      ...(environment === this.#header.environment ? {} : { environment }),
    };
    this.#header = header;
    return patch;
  }
}

/** The fields of a header that change all the time. */
export function headerPatch({ status, reason, progress }: RunHeader): HeaderPatch {
  return {
    status,
    ...(reason !== undefined ? { reason } : {}),
    ...(progress !== undefined ? { progress } : {}),
  };
}

/** Rows `from` to `to` of a complete series as a block. */
export function blockOf(series: Series, from: number, to: number): Block {
  return {
    name: series.spec.name,
    from,
    n: to - from,
    count: to,
    ...(series.spec.kind === 'event' ? { texts: series.texts().slice(from, to) } : {}),
    bytes: encodeRows(series, from, to),
  };
}

/** Everything a record holds as one chunk, numbered `seq`. Decimated series keep the source's count. */
export function wholeChunk(record: RunRecord, seq: number): Chunk {
  const all = [...record.series.values()];
  return {
    seq,
    specs: all.map(({ spec }) => spec),
    blocks: all
      .filter((series) => series.length > 0)
      .map((series) => ({ ...blockOf(series, 0, series.length), count: series.count })),
    header: headerPatch(record.header),
  };
}
