export {
  chunkFromJson,
  chunkFromMessage,
  chunkToJson,
  chunkToMessage,
  applyChunk,
  ChunkGapError,
} from './chunk.js';
export type { Block, Chunk } from './chunk.js';
export { decimate } from './decimate.js';
export { headerFromJson, headerToJson } from './header.js';
export type { HeaderPatch, Progress, RunHeader, RunStatus } from './header.js';
export { checkRunId, newRunId, RUN_ID } from './id.js';
export { isObject, jsonNumber, numberFromJson, toJson } from './json.js';
export type { Json, JsonObject } from './json.js';
export type { RunControls, RunOutlet } from './outlet.js';
export {
  appendMessage,
  clientMessage,
  COMMANDS,
  kernelMessage,
  recordFromState,
  stateMessages,
  STATE_BYTES,
  STATE_PART_BYTES,
} from './protocol.js';
export type { Ack, ClientMessage, Command, KernelMessage, StatePart } from './protocol.js';
export { RunRecord } from './record.js';
export { AXES, Series } from './series.js';
export type { At, Axis, SeriesDtype, SeriesKind, SeriesSpec } from './series.js';
export { readSnapshot, snapshot, SNAPSHOT_BYTES } from './snapshot.js';
export {
  checkVersion,
  RUN_COMM_TARGET,
  RUN_FORMAT,
  RUN_MIME,
  RUN_VERSION,
  RunVersionError,
} from './version.js';
export { ChunkWriter, wholeChunk } from './writer.js';
