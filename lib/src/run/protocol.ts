import { applyChunk, chunkFromMessage, chunkToMessage, rowBytes, type Block, type Chunk } from './chunk.js';
import { headerFromJson, headerToJson, type RunHeader } from './header.js';
import { isObject, type JsonObject } from './json.js';
import { RunRecord } from './record.js';
import { boundedChunk } from './snapshot.js';
import { blockOf } from './writer.js';

/**
 * The messages of comm target `gradoscope.run`. The comm's id is the run's id and the kernel never opens it: a client that knows
 * the id just asks. Kernel messages reach all clients; a reply names the request it answers and other clients ignore it.
 *
 * client → kernel: {type: 'state', request}            asks for the whole run
 *                  {type: 'command', request, command, value?}
 * kernel → clients: {type: 'state', request, part, parts, header, chunk}   parts of the answer, each with buffers
 *                  {type: 'append', chunk}             what is new, at most ten times a second
 *                  {type: 'ack', request, command, ok, step, message?}
 */
export type Command = 'pause' | 'resume' | 'step' | 'stop' | 'learningRate';
export const COMMANDS: readonly Command[] = ['pause', 'resume', 'step', 'stop', 'learningRate'];

export type ClientMessage =
  | { readonly type: 'state'; readonly request: string }
  | {
      readonly type: 'command';
      readonly request: string;
      readonly command: Command;
      readonly value?: number;
    };

export interface Ack {
  readonly type: 'ack';
  readonly request: string;
  readonly command: Command;
  readonly ok: boolean;
  /** The step at which it took effect. */
  readonly step: number;
  /** Why it was refused. */
  readonly message?: string;
}

export interface StatePart {
  readonly type: 'state';
  readonly request: string;
  readonly part: number;
  readonly parts: number;
  readonly header: RunHeader;
  readonly chunk: Chunk;
}

export type KernelMessage = StatePart | Ack | { readonly type: 'append'; readonly chunk: Chunk };

/** Largest state message, in bytes. */
export const STATE_PART_BYTES = 256_000;
/** Largest state, in bytes of columns: a longer run comes decimated, with its true counts. */
export const STATE_BYTES = 4_000_000;

/** Reads a client's message. @returns undefined for anything that is not one */
export function clientMessage(data: unknown): ClientMessage | undefined {
  if (!isObject(data) || typeof data['request'] !== 'string' || data['request'].length > 100)
    return undefined;
  const { type, request, command, value } = data;
  if (type === 'state') return { type, request };
  if (type !== 'command' || !COMMANDS.includes(command as Command)) return undefined;
  return { type, request, command: command as Command, ...(typeof value === 'number' ? { value } : {}) };
}

/** Reads a kernel's message. @throws TypeError, RangeError or RunVersionError when it is not one */
export function kernelMessage(
  data: unknown,
  buffers: readonly (Uint8Array | ArrayBuffer | DataView)[],
): KernelMessage {
  if (!isObject(data)) throw new TypeError('run message: expected an object.');
  switch (data['type']) {
    case 'append':
      return { type: 'append', chunk: chunkFromMessage(data['chunk'], buffers) };
    case 'state':
      return {
        type: 'state',
        request: String(data['request']),
        part: Number(data['part']),
        parts: Number(data['parts']),
        header: headerFromJson(data['header']),
        chunk: chunkFromMessage(data['chunk'], buffers),
      };
    case 'ack':
      return {
        type: 'ack',
        request: String(data['request']),
        command: data['command'] as Command,
        ok: data['ok'] === true,
        step: Number(data['step']),
        ...(typeof data['message'] === 'string' ? { message: data['message'] } : {}),
      };
    default:
      throw new TypeError(`run message: unknown type ${JSON.stringify(data['type'])}.`);
  }
}

/** A message with new rows. */
export function appendMessage(chunk: Chunk): { data: JsonObject; buffers: Uint8Array[] } {
  const { data, buffers } = chunkToMessage(chunk);
  return { data: { type: 'append', chunk: data }, buffers };
}

/** The answer to a `state` request: one or more messages of at most {@link STATE_PART_BYTES}. */
export function stateMessages(
  record: RunRecord,
  seq: number,
  request: string,
): { data: JsonObject; buffers: Uint8Array[] }[] {
  const parts = splitChunk(boundedChunk(record, seq, STATE_BYTES), record, STATE_PART_BYTES);
  const header = headerToJson(record.header);
  return parts.map((chunk, part) => {
    const { data, buffers } = chunkToMessage(chunk);
    return { data: { type: 'state', request, part, parts: parts.length, header, chunk: data }, buffers };
  });
}

/** Puts the parts of a state, in order, together. */
export function recordFromState(parts: readonly StatePart[]): { record: RunRecord; seq: number } {
  const last = parts[parts.length - 1];
  if (last === undefined || parts.some(({ part }, i) => part !== i) || last.parts !== parts.length) {
    throw new RangeError(`run state: ${parts.length} parts came, not all of ${last?.parts ?? '?'} in order.`);
  }
  const record = new RunRecord(last.header);
  for (const { chunk } of parts) applyChunk(record, chunk);
  return { record, seq: last.chunk.seq };
}

/** Cuts a whole chunk into several of at most `bytes` of columns each. */
function splitChunk(chunk: Chunk, record: RunRecord, bytes: number): Chunk[] {
  const groups: Block[][] = [[]];
  let used = 0;
  for (const block of chunk.blocks) {
    for (const piece of splitBlock(block, record, bytes)) {
      if (used + piece.bytes.length > bytes && used > 0) {
        groups.push([]);
        used = 0;
      }
      (groups[groups.length - 1] as Block[]).push(piece);
      used += piece.bytes.length;
    }
  }
  return groups.map((blocks, i) => ({ ...chunk, specs: i === 0 ? chunk.specs : [], blocks }));
}

function splitBlock(block: Block, record: RunRecord, bytes: number): Block[] {
  if (block.bytes.length <= bytes) return [block];
  const part = new RunRecord(record.header);
  const spec = record.series.get(block.name)?.spec;
  if (spec === undefined) return [block];
  const series = part.declare(spec);
  applyChunk(part, { seq: 0, specs: [], blocks: [block] });
  const rows = Math.max(1, Math.floor(bytes / rowBytes(spec)));
  const pieces: Block[] = [];
  for (let from = 0; from < block.n; from += rows) {
    const to = Math.min(block.n, from + rows);
    pieces.push({ ...blockOf(series, from, to), count: to === block.n ? block.count : to });
  }
  return pieces;
}
