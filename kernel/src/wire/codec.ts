import { createHmac, getHashes, randomUUID, timingSafeEqual } from 'node:crypto';
import { isRecord, PROTOCOL_VERSION, type Header, type Incoming, type Outgoing } from './message.js';

const DELIMITER = Buffer.from('<IDS|MSG>');
const EMPTY = Buffer.from('{}');

export class BadMessage extends Error {
  override readonly name = 'BadMessage';
}

/** Turns messages into signed frames and back. Knows nothing of sockets. */
export class Codec {
  readonly session = randomUUID();
  readonly #key: string;
  readonly #hash: string;
  /** Signatures seen: a message that comes again is a replay. */
  readonly #seen = new Set<string>();
  readonly #parents = new WeakMap<Header, Buffer>();
  #count = 0;

  /**
   * @param key The connection file's key; empty: messages are not signed.
   * @param scheme For example `hmac-sha256`.
   * @param remembered Number of signatures that are remembered, against replays; jupyter_client remembers as many.
   */
  constructor(
    key: string,
    scheme: string,
    private readonly remembered = 65_536,
  ) {
    const hash = /^hmac-([\w-]+)$/.exec(scheme)?.[1];
    if (hash === undefined || !getHashes().includes(hash)) {
      throw new Error(
        `signature_scheme is ${JSON.stringify(scheme)}; allowed is "hmac-" and a hash of node's crypto, such as "hmac-sha256".`,
      );
    }
    this.#key = key;
    this.#hash = hash;
  }

  #sign(frames: readonly Uint8Array[]): string {
    if (this.#key === '') return '';
    const hmac = createHmac(this.#hash, this.#key);
    for (const frame of frames) hmac.update(frame);
    return hmac.digest('hex');
  }

  header(type: string): Header {
    return {
      msg_id: `${this.session}_${this.#count++}`,
      msg_type: type,
      session: this.session,
      username: 'kernel',
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
  }

  encode(message: Outgoing, identities: readonly (Uint8Array | string)[]): Buffer[] {
    const parts = [
      Buffer.from(JSON.stringify(message.header ?? this.header(message.type))),
      this.#parent(message.parent),
      message.metadata === undefined ? EMPTY : Buffer.from(JSON.stringify(message.metadata)),
      Buffer.from(typeof message.content === 'string' ? message.content : JSON.stringify(message.content)),
    ];
    return [
      ...identities.map((id) => Buffer.from(id as Uint8Array)),
      DELIMITER,
      Buffer.from(this.#sign(parts)),
      ...parts,
      ...(message.buffers ?? []).map((b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength)),
    ];
  }

  /** Many messages have the same parent. */
  #parent(header: Header | undefined): Buffer {
    if (!header) return EMPTY;
    const known = this.#parents.get(header) ?? Buffer.from(JSON.stringify(header));
    this.#parents.set(header, known);
    return known;
  }

  /** @throws BadMessage when the frames are not a message that our key signed. */
  decode(frames: readonly Uint8Array[]): Incoming {
    const at = frames.findIndex((frame) => DELIMITER.equals(frame));
    if (at < 0) throw new BadMessage('no <IDS|MSG> delimiter');
    const [signature, header, parent, metadata, content] = frames.slice(at + 1);
    if (!signature || !header || !parent || !metadata || !content)
      throw new BadMessage('fewer than five frames after the delimiter');
    const expected = Buffer.from(this.#sign([header, parent, metadata, content]));
    if (expected.length !== signature.length || !timingSafeEqual(expected, signature))
      throw new BadMessage('the signature does not match');
    this.#remember(expected);
    const parsedHeader = object(header, 'header');
    for (const field of ['msg_id', 'msg_type', 'session']) {
      if (typeof parsedHeader[field] !== 'string') throw new BadMessage(`header.${field} is not a string`);
    }
    const parsedParent = object(parent, 'parent_header');
    return {
      identities: frames.slice(0, at),
      header: parsedHeader as unknown as Header,
      parent: typeof parsedParent.msg_id === 'string' ? (parsedParent as unknown as Header) : undefined,
      metadata: object(metadata, 'metadata'),
      content: object(content, 'content'),
      buffers: frames.slice(at + 6),
    };
  }

  #remember(signature: Buffer): void {
    if (signature.length === 0) return;
    const text = signature.toString('latin1');
    if (this.#seen.has(text)) throw new BadMessage('the message has come before');
    this.#seen.add(text);
    if (this.#seen.size <= this.remembered) return;
    let excess = this.remembered / 10;
    for (const old of this.#seen) {
      if (excess-- <= 0) break;
      this.#seen.delete(old);
    }
  }
}

function object(frame: Uint8Array, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame).toString('utf8'));
  } catch {
    throw new BadMessage(`${name} is not JSON`);
  }
  if (!isRecord(value)) throw new BadMessage(`${name} is not an object`);
  return value;
}
