/** Names the format in every form: notebook, comm, file. */
export const RUN_FORMAT = 'gradoscope.run';
export const RUN_VERSION = '1.0';
/** MIME type of a run in a notebook's output. */
export const RUN_MIME = 'application/vnd.gradoscope.run.v1+json';
/** Comm target; the comm's id is the run's id. */
export const RUN_COMM_TARGET = 'gradoscope.run';

/** A run that this version cannot read; the message says which version wrote it and what to do. */
export class RunVersionError extends Error {
  override readonly name = 'RunVersionError';
}

/**
 * Checks that this reader understands `version`. Newer minor versions only add fields, which are kept unread.
 * @throws RunVersionError for a newer major version or something that is not a version
 */
export function checkVersion(version: unknown): void {
  const major = typeof version === 'string' ? /^(\d+)\.\d+$/.exec(version)?.[1] : undefined;
  if (major === '1') return;
  if (major !== undefined && Number(major) > 1) {
    throw new RunVersionError(
      `This run is in format ${String(version)}; this Gradoscope reads 1.x. Update Gradoscope to open it.`,
    );
  }
  throw new RunVersionError(`run version: got ${JSON.stringify(version) ?? 'nothing'}, expected "1.x".`);
}
