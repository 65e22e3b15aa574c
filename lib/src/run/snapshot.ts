import {
  applyChunk,
  chunkFromJson,
  chunkToJson,
  encodeSelected,
  rowBytes,
  type Block,
  type Chunk,
} from './chunk.js';
import { decimate } from './decimate.js';
import { headerFromJson, headerToJson } from './header.js';
import { isObject, type JsonObject } from './json.js';
import { RunRecord } from './record.js';
import type { Series } from './series.js';
import { headerPatch } from './writer.js';

/** Largest snapshot in a notebook, in bytes of JSON: one budget for a run, however many series it has. */
export const SNAPSHOT_BYTES = 100_000;

/**
 * Chooses rows so that all series together take at most `bytes`. Short series keep every row; the others share what is left.
 * An undecimated series is left whole.
 */
function chooseRows(all: readonly Series[], bytes: number): Map<Series, number[]> {
  const weight = (series: Series): number => rowBytes(series.spec) + (series.spec.kind === 'event' ? 80 : 0);
  const bySize = [...all].sort((a, b) => a.length * weight(a) - b.length * weight(b));
  const chosen = new Map<Series, number[]>();
  let left = bytes;
  bySize.forEach((series, i) => {
    const rows = decimate(series, Math.floor(left / (bySize.length - i) / weight(series)));
    left -= rows.length * weight(series);
    chosen.set(series, rows);
  });
  return chosen;
}

/** A chunk with everything a record holds, decimated to about `bytes` bytes of columns. */
export function boundedChunk(record: RunRecord, seq: number, bytes: number): Chunk {
  const all = [...record.series.values()];
  const chosen = chooseRows(all, bytes);
  const blocks: Block[] = [];
  for (const series of all) {
    const rows = chosen.get(series) ?? [];
    if (rows.length === 0) continue;
    const texts = series.texts();
    blocks.push({
      name: series.spec.name,
      from: 0,
      n: rows.length,
      count: series.count,
      ...(series.spec.kind === 'event'
        ? { texts: rows.map((row) => (texts[row] as string).slice(0, 500)) }
        : {}),
      bytes: encodeSelected(series, rows),
    });
  }
  return { seq, specs: all.map(({ spec }) => spec), blocks, header: headerPatch(record.header) };
}

/**
 * A run as JSON for a notebook's output or a file: header and one chunk, decimated to `maxBytes`. `decimated` says whether rows
 * were left out; each block's `count` tells how many there were.
 * @param options.seq number of the last chunk sent live, so that a reader can go on from here
 * @param options.maxBytes largest length of the JSON text (default {@link SNAPSHOT_BYTES}; `Infinity` keeps every row)
 */
export function snapshot(record: RunRecord, options: { seq?: number; maxBytes?: number } = {}): JsonObject {
  const { seq = 0, maxBytes = SNAPSHOT_BYTES } = options;
  let bytes = maxBytes === Infinity ? Infinity : maxBytes * 0.7; // base64 takes 4 bytes for 3
  for (;;) {
    const chunk = boundedChunk(record, seq, bytes);
    const decimated = chunk.blocks.some((block) => block.n < block.count);
    const json: JsonObject = { ...headerToJson(record.header), decimated, chunk: chunkToJson(chunk) };
    if (bytes === Infinity || bytes < 100 || JSON.stringify(json).length <= maxBytes) return json;
    bytes *= 0.8;
  }
}

/**
 * Reads a snapshot into a record.
 * @returns the record and `seq`, the number of the last chunk it contains
 * @throws RunVersionError for a newer format; TypeError or RangeError when it is not a run
 */
export function readSnapshot(json: unknown): { record: RunRecord; seq: number } {
  const record = new RunRecord(headerFromJson(json));
  const chunk = chunkFromJson(isObject(json) ? json['chunk'] : undefined);
  applyChunk(record, chunk);
  return { record, seq: chunk.seq };
}
