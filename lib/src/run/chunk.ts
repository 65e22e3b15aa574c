import { fromBase64, toBase64 } from './base64.js';
import { patchFromJson, type HeaderPatch } from './header.js';
import { isObject, toJson, type JsonObject } from './json.js';
import { RunRecord } from './record.js';
import { AXES, checkSpec, rowSize, Series, type Axis, type SeriesSpec } from './series.js';

/**
 * Rows of one series. `from` rows were written at the source before these `n`; `count` is the source's number of rows after
 * them (`from + n` unless rows were left out). Its bytes: four little-endian float64 columns (step, time, epoch, examples) of n,
 * then n · size values in the series' dtype.
 */
export interface Block {
  readonly name: string;
  readonly from: number;
  readonly n: number;
  readonly count: number;
  readonly texts?: readonly string[];
  readonly bytes: Uint8Array;
}

/** What was added to a run: the one encoding that comm, notebook and file share. */
export interface Chunk {
  /** Number of this chunk in the run's stream, from 1; a gap means that one was lost. */
  readonly seq: number;
  readonly specs: readonly SeriesSpec[];
  readonly blocks: readonly Block[];
  readonly header?: HeaderPatch;
}

/** A chunk does not follow on what the reader holds: it must ask for the whole state. */
export class ChunkGapError extends Error {
  override readonly name = 'ChunkGapError';
}

/** Encodes rows `from` to `to` of a series (`to` exclusive, in rows held). */
export function encodeRows(series: Series, from: number, to: number): Uint8Array {
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  return encodeSelected(series, rows);
}

/** Encodes the given rows of a series. */
export function encodeSelected(series: Series, rows: readonly number[]): Uint8Array {
  const { size, spec } = series;
  const wide = spec.dtype === 'float64';
  const bytes: Uint8Array = new Uint8Array(rows.length * (AXES.length * 8 + size * (wide ? 8 : 4)));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const axis of AXES) {
    const column = series.axis(axis);
    for (const row of rows) {
      view.setFloat64(offset, column[row] as number, true);
      offset += 8;
    }
  }
  const values = series.values();
  for (const row of rows) {
    for (let i = row * size; i < (row + 1) * size; i++) {
      if (wide) view.setFloat64(offset, values[i] as number, true);
      else view.setFloat32(offset, values[i] as number, true);
      offset += wide ? 8 : 4;
    }
  }
  return bytes;
}

function decodeInto(series: Series, block: Block): void {
  const { size, spec } = series;
  const wide = spec.dtype === 'float64';
  const expected = block.n * (AXES.length * 8 + size * (wide ? 8 : 4));
  if (block.bytes.length !== expected) {
    throw new RangeError(
      `series ${spec.name}: ${block.n} rows take ${expected} bytes, got ${block.bytes.length}.`,
    );
  }
  const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
  const column = (index: number): Float64Array => {
    const out: Float64Array = new Float64Array(block.n);
    for (let i = 0; i < block.n; i++) out[i] = view.getFloat64((index * block.n + i) * 8, true);
    return out;
  };
  const axes = Object.fromEntries(AXES.map((axis, index) => [axis, column(index)])) as Record<
    Axis,
    Float64Array
  >;
  const start = AXES.length * block.n * 8;
  const values: Float64Array = new Float64Array(block.n * size);
  for (let i = 0; i < values.length; i++) {
    values[i] = wide ? view.getFloat64(start + i * 8, true) : view.getFloat32(start + i * 4, true);
  }
  series.appendColumns(axes, values, block.texts ?? [], block.count);
}

/**
 * Adds a chunk to a record.
 * @throws ChunkGapError when rows are missing before it (nothing has been changed then)
 * @throws RangeError when it contradicts itself or the record
 */
export function applyChunk(record: RunRecord, chunk: Chunk): void {
  for (const block of chunk.blocks) {
    const held = record.series.get(block.name)?.count ?? 0;
    if (block.from !== held) {
      throw new ChunkGapError(`series ${block.name}: rows ${held} to ${block.from} are missing.`);
    }
  }
  for (const spec of chunk.specs) record.declare(spec);
  for (const block of chunk.blocks) {
    const series = record.series.get(block.name);
    if (series === undefined) throw new RangeError(`series ${block.name}: has rows but was never declared.`);
    decodeInto(series, block);
  }
  if (chunk.header !== undefined) record.update(chunk.header);
}

/** The header of a chunk for a comm message; its blocks' bytes travel beside it as buffers, in order. */
export function chunkToMessage(chunk: Chunk): { data: JsonObject; buffers: Uint8Array[] } {
  return {
    data: {
      seq: chunk.seq,
      specs: toJson(chunk.specs),
      blocks: chunk.blocks.map(({ bytes: _bytes, ...block }) => toJson(block)),
      ...(chunk.header !== undefined ? { header: toJson(chunk.header) } : {}),
    },
    buffers: chunk.blocks.map((block) => block.bytes),
  };
}

/** Reads what {@link chunkToMessage} wrote. @throws TypeError or RangeError when it is not a chunk */
export function chunkFromMessage(
  data: unknown,
  buffers: readonly (Uint8Array | ArrayBuffer | DataView)[],
): Chunk {
  if (!isObject(data) || !Number.isInteger(data['seq']))
    throw new TypeError('chunk: expected an object with a whole seq.');
  const { specs, blocks } = data;
  if (!Array.isArray(specs) || !Array.isArray(blocks))
    throw new TypeError('chunk: specs and blocks must be lists.');
  if (buffers.length !== blocks.length) {
    throw new RangeError(`chunk: ${blocks.length} blocks came with ${buffers.length} buffers.`);
  }
  return {
    seq: data['seq'] as number,
    specs: specs.map((spec) => checkSpec(spec as SeriesSpec)),
    blocks: blocks.map((block, i) => blockFromJson(block, bytesOf(buffers[i] as Uint8Array))),
    header: patchFromJson(data['header']),
  };
}

function bytesOf(buffer: Uint8Array | ArrayBuffer | DataView): Uint8Array {
  if (buffer instanceof Uint8Array) return buffer;
  if (ArrayBuffer.isView(buffer)) return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return new Uint8Array(buffer);
}

function blockFromJson(json: unknown, bytes: Uint8Array): Block {
  if (!isObject(json) || typeof json['name'] !== 'string')
    throw new TypeError('chunk: a block must have a name.');
  const whole = (key: string): number => {
    const value = json[key];
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw new RangeError(
        `chunk: block ${String(json['name'])} has ${key} ${String(value)}, expected a whole number.`,
      );
    }
    return value as number;
  };
  const texts = json['texts'];
  const n = whole('n');
  if (
    texts !== undefined &&
    !(Array.isArray(texts) && texts.length === n && texts.every((t) => typeof t === 'string'))
  ) {
    throw new RangeError(`chunk: block ${json['name']} must have ${n} texts.`);
  }
  return {
    name: json['name'],
    from: whole('from'),
    n,
    count: whole('count'),
    ...(texts !== undefined ? { texts: texts as string[] } : {}),
    bytes,
  };
}

/** A chunk as JSON: base64 in place of buffers. */
export function chunkToJson(chunk: Chunk): JsonObject {
  const { data, buffers } = chunkToMessage(chunk);
  return { ...data, buffers: buffers.map(toBase64) };
}

/** Reads what {@link chunkToJson} wrote. @throws TypeError or RangeError when it is not a chunk */
export function chunkFromJson(json: unknown): Chunk {
  if (!isObject(json) || !Array.isArray(json['buffers']))
    throw new TypeError('chunk: expected an object with buffers.');
  return chunkFromMessage(
    json,
    json['buffers'].map((text) => fromBase64(String(text))),
  );
}

/** Bytes of one row of such a series, without its text. */
export function rowBytes(spec: SeriesSpec): number {
  return AXES.length * 8 + rowSize(spec) * (spec.dtype === 'float64' ? 8 : 4);
}
