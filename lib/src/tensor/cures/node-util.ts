import util from 'node:util';

/**
 * tfjs-node calls two functions of node's `util` that Node 23 removed, and that earlier ones warn about. They are set
 * always, so that no warning appears either.
 */
export function cureNodeUtil(): void {
  const target = util as unknown as Record<string, unknown>;
  target['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  target['isArray'] = Array.isArray;
}
