/** The one form of a run's id: `YYYYMMDD-HHMMSS-` (UTC) and 16 hex digits. Every entrance checks against it. */
export const RUN_ID = /^\d{8}-\d{6}-[0-9a-f]{16}$/;

/**
 * Makes a new run id.
 * @param now moment of creation (default: now); its UTC date and time begin the id, so that ids sort by time
 */
export function newRunId(now: Date = new Date()): string {
  const [date, time] = now.toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  const random = globalThis.crypto.getRandomValues(new Uint8Array(8));
  return `${date}-${time}-${Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Returns `id` when it is a run id.
 * @throws RangeError otherwise: an id may become a folder's name or a comm's id, so nothing else passes
 */
export function checkRunId(id: unknown): string {
  if (typeof id === 'string' && RUN_ID.test(id)) return id;
  const shown = typeof id === 'string' ? JSON.stringify(id.slice(0, 60)) : typeof id;
  throw new RangeError(
    `run id: got ${shown}, expected YYYYMMDD-HHMMSS- and 16 hex digits (${RUN_ID.source}).`,
  );
}
