/** Jupyter messages, as the message layer sees them (protocol 5.4). */

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

export type Content = Readonly<Record<string, unknown>>;

export interface Message {
  readonly header: Header;
  readonly parent: Header | undefined;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
}

/** A message with the routing frames of the socket that it came from. */
export interface Incoming extends Message {
  readonly identities: readonly Uint8Array[];
}

/** A message to be sent; `content` may be JSON text already, so that a large bundle is encoded once. */
export interface Outgoing {
  readonly type: string;
  readonly parent: Header | undefined;
  readonly content: Content | string;
  readonly metadata?: Content;
  readonly buffers?: readonly Uint8Array[];
  /** Default: a new one. */
  readonly header?: Header;
}

export const PROTOCOL_VERSION = '5.4';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
