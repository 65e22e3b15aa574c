import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { Router } from 'zeromq';
import { Flags } from '../shared/flags.js';
import type { FromMain, WorkerSetup } from '../shared/protocol.js';
import { RingReader } from '../shared/ring.js';
import { BadMessage, Codec } from '../wire/codec.js';
import type { Outgoing } from '../wire/message.js';
import { Core, type RequestChannel } from './core.js';
import { Interrupter } from './interrupter.js';
import { Outbox } from './outbox.js';
import { Inlet } from './inlet.js';
import { watchParent } from './parent.js';
import { closeSockets, openSockets, Sender, type Sockets } from './sockets.js';

/** The I/O worker: all sockets live here, so that they answer while user code computes in the main thread. */
async function run(setup: WorkerSetup): Promise<void> {
  const { connection, main, urgent } = setup;
  const flags = new Flags(setup.flags);
  const codec = new Codec(connection.key, connection.signatureScheme);
  const sockets = await openSockets(connection);
  const senders = {
    shell: new Sender(sockets.shell),
    control: new Sender(sockets.control),
    iopub: new Sender(sockets.iopub),
    hb: new Sender(sockets.hb),
  };

  const outbox = new Outbox({
    send: (message: Outgoing) => {
      const frames = codec.encode(message, [`kernel.${codec.session}.${message.type}`]);
      senders.iopub.send(frames);
      return frames.reduce((sum, frame) => sum + frame.length, 0);
    },
  });
  const interrupter = new Interrupter(flags, (id, seq) => urgent.postMessage({ type: 'interrupt', id, seq }));
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shut(sockets, setup, senders, flags));
  const shutdown = async (): Promise<void> => {
    await close();
    main.postMessage({ type: 'shutdown' });
    // A main thread that computes does not hear it.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), flags.get('running') === 0 ? 4000 : 500);
  };

  const core = new Core({
    info: setup.info,
    outbox,
    reply: (channel, identities, message) => senders[channel].send(codec.encode(message, identities)),
    toMain: (message) => main.postMessage(message),
    urgent: (message) => urgent.postMessage(message),
    interrupt: (seq) => void interrupter.interrupt(seq),
    shutdown: () => void shutdown(),
    sent: (bytes) => flags.add('inFlight', -bytes),
  });

  const inlet = new Inlet(new RingReader(setup.ring), core, outbox);
  main.on('message', (message: FromMain) => {
    if (message.type === 'close') void close();
    else if (message.type === 'kick') inlet.drain();
    else inlet.take(message);
  });
  core.status(undefined, 'starting');
  inlet.drain();
  for (const channel of ['shell', 'control'] as const) void serve(sockets[channel], channel, codec, core);
  void echo(sockets.hb, senders.hb);
  watchParent(() => void shutdown());
}

async function serve(socket: Router, channel: RequestChannel, codec: Codec, core: Core): Promise<void> {
  let dropped = 0;
  for await (const frames of socket) {
    try {
      const request = codec.decode(frames);
      if (request.header.msg_type === 'execute_request') core.queue.add(channel, request);
      else void core.handle(channel, request);
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      dropped += 1;
      // Past node's streams, which lead to a cell's output.
      writeSync(
        2,
        `gradoscope-kernel: dropped a message on ${channel} (${dropped} so far): ${error.message}\n`,
      );
    }
  }
}

async function echo(socket: Router, sender: Sender): Promise<void> {
  for await (const frames of socket) sender.send(frames);
}

async function shut(
  sockets: Sockets,
  setup: WorkerSetup,
  senders: Record<string, Sender>,
  flags: Flags,
): Promise<void> {
  const idle = Promise.all(Object.values(senders).map((sender) => sender.idle()));
  await Promise.race([idle, new Promise((resolve) => setTimeout(resolve, 1000))]);
  // Before the process exits: node aborts when a worker still has sockets then.
  closeSockets(sockets, setup.connection);
  // What waited on them hears of it in turns of its own; a process that ends in one of these aborts.
  await new Promise((resolve) => setTimeout(resolve, 30));
  flags.set('closed', 1);
}

const setup = workerData as WorkerSetup;
run(setup).catch((error: unknown) => {
  new Flags(setup.flags).set('closed', 1);
  throw error;
});
