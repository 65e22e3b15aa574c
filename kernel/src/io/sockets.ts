import { rmSync } from 'node:fs';
import { Router, XPublisher, type Socket } from 'zeromq';
import { CHANNELS, endpoint, withPort, type Connection } from '../wire/connection.js';

type Frames = (Buffer | string)[];

interface Writable extends Socket {
  send(message: Frames): Promise<void>;
}

/** zeromq rejects a send that overlaps another: one awaited chain a socket. */
export class Sender {
  readonly #queue: { frames: Frames; failed: (() => void) | undefined }[] = [];
  #chain: Promise<void> | undefined;

  constructor(private readonly socket: Writable) {}

  /** @param failed Called when the peer has gone, on a socket that tells. */
  send(frames: Frames, failed?: () => void): void {
    this.#queue.push({ frames, failed });
    this.#chain ??= this.#run();
  }

  async #run(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (this.socket.closed) break;
      try {
        await this.socket.send(next.frames);
      } catch {
        // The peer has gone; on most sockets there is nobody to tell.
        next.failed?.();
      }
    }
    this.#chain = undefined;
  }

  async idle(): Promise<void> {
    while (this.#chain) await this.#chain;
  }
}

export interface Sockets {
  readonly shell: Router;
  readonly control: Router;
  readonly stdin: Router;
  readonly iopub: XPublisher;
  readonly hb: Router;
}

/** A peer that sends a larger frame is disconnected. */
const MAX_FRAME = 512 * 1024 * 1024;
const MAX_SMALL_FRAME = 64 * 1024;

/**
 * Binds all five sockets. `linger` lets the last messages leave when they are closed.
 * @returns The sockets, and the connection with the ports that were free where it asked for port 0.
 */
export async function openSockets(connection: Connection): Promise<[Sockets, Connection]> {
  const { curve } = connection;
  const security = curve
    ? { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey }
    : {};
  const router = {
    sendHighWaterMark: 0,
    receiveHighWaterMark: 0,
    linger: 1000,
    handover: true,
    maxMessageSize: MAX_FRAME,
    ...security,
  };
  const sockets: Sockets = {
    shell: new Router(router),
    control: new Router(router),
    // It tells when the client that is asked has gone.
    stdin: new Router({ ...router, mandatory: true }),
    // With a mark, it drops what a slow client has not taken. It hears of each subscription, which is welcomed.
    iopub: new XPublisher({
      sendHighWaterMark: 0,
      linger: 1000,
      maxMessageSize: MAX_SMALL_FRAME,
      verbosity: 'allSubs',
      ...security,
    }),
    hb: new Router({ linger: 0, maxMessageSize: MAX_SMALL_FRAME, ...security }),
  };
  let bound = connection;
  for (const channel of CHANNELS) {
    const address = endpoint(connection, channel);
    try {
      await sockets[channel].bind(address);
    } catch (error) {
      throw new Error(
        `Cannot bind the ${channel} socket to ${address}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const port = /:(\d+)$/.exec(sockets[channel].lastEndpoint ?? '')?.[1];
    if (connection.ports[channel] === 0 && port !== undefined) bound = withPort(bound, channel, Number(port));
  }
  return [sockets, bound];
}

export function closeSockets(sockets: Sockets, connection: Connection): void {
  for (const socket of Object.values(sockets) as Socket[]) if (!socket.closed) socket.close();
  if (connection.transport !== 'ipc') return;
  for (const channel of CHANNELS) {
    rmSync(endpoint(connection, channel).slice('ipc://'.length), { force: true });
  }
}
