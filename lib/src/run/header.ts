import { checkRunId } from './id.js';
import { isObject, toJson, type JsonObject } from './json.js';
import { checkVersion, RUN_FORMAT, RUN_VERSION } from './version.js';

export type RunStatus = 'running' | 'paused' | 'finished' | 'stopped' | 'interrupted' | 'failed';
const STATUSES: readonly string[] = ['running', 'paused', 'finished', 'stopped', 'interrupted', 'failed'];

export interface Progress {
  readonly step: number;
  /** Steps planned, where known. */
  readonly steps?: number;
  readonly epoch: number;
  readonly epochs?: number;
  readonly examplesPerSecond?: number;
  /** Estimated seconds to the end, where known. */
  readonly eta?: number;
}

/** What a run is, apart from its series. Fields that this version does not know are kept in `extra`. */
export interface RunHeader {
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The notebook cell that began it (JupyterLab's `cellId`), where it has one. */
  readonly cellId?: string;
  readonly status: RunStatus;
  /** Why it ended, in words. */
  readonly reason?: string;
  readonly progress?: Progress;
  readonly config: JsonObject;
  readonly environment: JsonObject;
  readonly extra?: JsonObject;
}

/** Header fields that change while a run goes on. */
export type HeaderPatch = Partial<Pick<RunHeader, 'status' | 'reason' | 'progress' | 'environment'>>;

const KNOWN = new Set([
  'format',
  'version',
  'decimated',
  'chunk',
  'id',
  'name',
  'createdAt',
  'cellId',
  'status',
  'reason',
  'progress',
  'config',
  'environment',
]);

export function headerToJson(header: RunHeader): JsonObject {
  const { extra, ...known } = header;
  return { ...extra, ...(toJson(known) as JsonObject), format: RUN_FORMAT, version: RUN_VERSION };
}

/** @throws RunVersionError, TypeError or RangeError when `json` is not a run's header */
export function headerFromJson(json: unknown): RunHeader {
  if (!isObject(json) || json['format'] !== RUN_FORMAT) {
    throw new TypeError(`run header: expected an object with format ${JSON.stringify(RUN_FORMAT)}.`);
  }
  checkVersion(json['version']);
  const text = (key: string): string => {
    const value = json[key];
    if (typeof value !== 'string') throw new TypeError(`run header: ${key} must be a text.`);
    return value;
  };
  const object = (key: string): JsonObject => (isObject(json[key]) ? (json[key] as JsonObject) : {});
  const extra = Object.entries(json).filter(([key]) => !KNOWN.has(key)) as [string, JsonObject][];
  return {
    id: checkRunId(json['id']),
    name: text('name'),
    createdAt: text('createdAt'),
    config: object('config'),
    environment: object('environment'),
    status: 'running',
    ...(typeof json['cellId'] === 'string' ? { cellId: json['cellId'] } : {}),
    ...patchFromJson(json),
    ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : {}),
  };
}

/** The changing fields of `json`; each is left out when it is not of its type. */
export function patchFromJson(json: unknown): HeaderPatch {
  if (!isObject(json)) return {};
  const { status, reason, progress, environment } = json;
  return {
    ...(typeof status === 'string' && STATUSES.includes(status) ? { status: status as RunStatus } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(isObject(progress) ? progressFromJson(progress) : {}),
    ...(isObject(environment) ? { environment: environment as JsonObject } : {}),
  };
}

function progressFromJson(json: Record<string, unknown>): HeaderPatch {
  const number = (key: string): Record<string, number> => {
    const value = json[key];
    return typeof value === 'number' && Number.isFinite(value) ? { [key]: value } : {};
  };
  const progress = {
    step: 0,
    epoch: 0,
    ...number('step'),
    ...number('steps'),
    ...number('epoch'),
    ...number('epochs'),
    ...number('examplesPerSecond'),
    ...number('eta'),
  };
  return { progress };
}
