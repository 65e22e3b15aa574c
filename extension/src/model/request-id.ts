/** Tells this page's requests from those of other clients, which see the same replies. */
const page = Array.from(globalThis.crypto.getRandomValues(new Uint8Array(8)), (byte) =>
  byte.toString(16).padStart(2, '0'),
).join('');
let count = 0;

/** A request id that no other client and no earlier request of this page has used. */
export function newRequestId(): string {
  return `${page}-${++count}`;
}
