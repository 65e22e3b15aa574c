import { writeSync } from 'node:fs';
import type { Router, XPublisher } from 'zeromq';
import { BadMessage, type Codec } from '../wire/codec.js';
import type { Incoming } from '../wire/message.js';
import type { Sender } from './sockets.js';

/** Past node's streams, which lead to a cell's output. */
export function log(text: string): void {
  try {
    writeSync(2, `gradoscope-kernel: ${text}\n`);
  } catch {
    // Nobody reads it.
  }
}

/** Takes the messages of a socket; what is no message of ours is dropped, counted and named. */
export async function receive(
  name: string,
  socket: Router,
  codec: Codec,
  take: (message: Incoming) => void,
): Promise<void> {
  let dropped = 0;
  for await (const frames of socket) {
    try {
      take(codec.decode(frames));
    } catch (error) {
      dropped += 1;
      const why = error instanceof BadMessage ? error.message : String((error as Error).stack);
      if (dropped <= 10 || Number.isInteger(Math.log10(dropped)))
        log(`dropped a message on ${name} (${dropped} so far): ${why}`);
    }
  }
}

export async function echo(socket: Router, sender: Sender): Promise<void> {
  for await (const frames of socket) sender.send(frames);
}

/** Tells each new subscriber of iopub that it hears us from now on. */
export async function welcome(socket: XPublisher, send: (topic: string) => void): Promise<void> {
  for await (const frames of socket) {
    const [frame] = frames;
    if (frames.length === 1 && frame?.[0] === 1) send(frame.subarray(1).toString('utf8'));
  }
}
