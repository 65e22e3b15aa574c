import { rmSync } from 'node:fs';
import { Publisher, Router, type Socket } from 'zeromq';
import { endpoint, type Connection } from '../wire/connection.js';

type Frames = (Buffer | string)[];

interface Writable extends Socket {
  send(message: Frames): Promise<void>;
}

/** zeromq rejects a send that overlaps another: one awaited chain a socket. */
export class Sender {
  readonly #queue: Frames[] = [];
  #chain: Promise<void> | undefined;

  constructor(private readonly socket: Writable) {}

  send(frames: Frames): void {
    this.#queue.push(frames);
    this.#chain ??= this.#run();
  }

  async #run(): Promise<void> {
    for (let frames = this.#queue.shift(); frames; frames = this.#queue.shift()) {
      if (this.socket.closed) break;
      try {
        await this.socket.send(frames);
      } catch {
        // The peer has gone; there is nobody to tell.
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
  readonly iopub: Publisher;
  readonly hb: Router;
}

/** Binds all five sockets. `linger` lets the last messages leave when they are closed. */
export async function openSockets(connection: Connection): Promise<Sockets> {
  const router = { sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 1000, handover: true };
  const sockets: Sockets = {
    shell: new Router(router),
    control: new Router(router),
    stdin: new Router(router),
    // With a mark, PUB drops what a slow client has not taken.
    iopub: new Publisher({ sendHighWaterMark: 0, linger: 1000 }),
    hb: new Router({ linger: 0 }),
  };
  for (const channel of ['hb', 'iopub', 'control', 'stdin', 'shell'] as const) {
    const address = endpoint(connection, channel);
    try {
      await sockets[channel].bind(address);
    } catch (error) {
      throw new Error(
        `Cannot bind the ${channel} socket to ${address}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return sockets;
}

export function closeSockets(sockets: Sockets, connection: Connection): void {
  for (const socket of Object.values(sockets) as Socket[]) if (!socket.closed) socket.close();
  if (connection.transport !== 'ipc') return;
  for (const channel of ['hb', 'iopub', 'control', 'stdin', 'shell'] as const) {
    rmSync(endpoint(connection, channel).slice('ipc://'.length), { force: true });
  }
}
