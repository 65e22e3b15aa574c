import { workerData } from 'node:worker_threads';
import { Flags } from '../shared/flags.js';
import type { FromMain, WorkerSetup } from '../shared/protocol.js';
import { RingReader } from '../shared/ring.js';
import { Codec } from '../wire/codec.js';
import { writePorts, type Connection } from '../wire/connection.js';
import type { Outgoing } from '../wire/message.js';
import { Audience } from './audience.js';
import { Core } from './core.js';
import { History } from './history/history.js';
import { historyFile, HistoryStore } from './history/store.js';
import { Inlet } from './inlet.js';
import { Interrupter } from './interrupter.js';
import { LastWords } from './last-words.js';
import { MemoryGuard } from './memory-guard.js';
import { Outbox } from './outbox.js';
import { watchParent } from './parent.js';
import { Prompts } from './prompts.js';
import { echo, log, receive, welcome } from './receive.js';
import { closeSockets, openSockets, Sender, type Sockets } from './sockets.js';
import { SyncChildren } from './sync-children.js';

/** How long the last messages, and the history, may take to leave. */
const FLUSH_MS = 1000;
/** How long the output of a cell that ends the process may take: it is paced. */
const LAST_OUTPUT_MS = 30_000;

/** The I/O worker: all sockets live here, so that they answer while user code computes in the main thread. */
async function run(setup: WorkerSetup): Promise<void> {
  const { main, urgent } = setup;
  const flags = new Flags(setup.flags);
  const codec = new Codec(setup.connection.key, setup.connection.signatureScheme);
  const [sockets, connection] = await openSockets(setup.connection);
  const lastWords = new LastWords(setup.connectionFile);
  if (connection !== setup.connection) writePorts(setup.connectionFile, connection);
  const senders = {
    shell: new Sender(sockets.shell),
    control: new Sender(sockets.control),
    stdin: new Sender(sockets.stdin),
    iopub: new Sender(sockets.iopub),
    hb: new Sender(sockets.hb),
  };

  const audience = new Audience();
  const outbox = new Outbox({
    direct: () => audience.direct,
    send: (message: Outgoing) => {
      const frames = codec.encode(message, [`kernel.${codec.session}.${message.type}`]);
      senders.iopub.send(frames);
      return frames.reduce((sum, frame) => sum + frame.length, 0);
    },
  });
  const file = historyFile();
  const store = file === undefined ? undefined : new HistoryStore(file, log);
  const children = new SyncChildren();
  const interrupter = new Interrupter(
    flags,
    children,
    (id, seq) => urgent.postMessage({ type: 'interrupt', id, seq }),
    (seq, text) => core.note(seq, text),
  );
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= shut(sockets, connection, senders, store, flags, lastWords));
  const shutdown = async (): Promise<void> => {
    await close();
    main.postMessage({ type: 'shutdown' });
    // A main thread that computes does not hear it.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), flags.get('running') === 0 ? 4000 : 500);
  };

  const core = new Core({
    info: setup.info,
    connection,
    outbox,
    lastWords,
    memory: new MemoryGuard({
      stop: (seq, text) => {
        core.note(seq, text);
        void interrupter.interrupt(seq, true);
      },
    }),
    history: new History(store),
    prompts: new Prompts({
      header: (type) => codec.header(type),
      send: (identities, message, failed) => senders.stdin.send(codec.encode(message, identities), failed),
      answer: (id, answer) => main.postMessage({ type: 'input', id, ...answer }),
    }),
    reply: (channel, identities, message) => senders[channel].send(codec.encode(message, identities)),
    toMain: (message) => main.postMessage(message),
    urgent: (message) => urgent.postMessage(message),
    interrupt: (seq) => void interrupter.interrupt(seq),
    shutdown: () => void shutdown(),
    sent: (bytes) => flags.add('inFlight', -bytes),
  });

  const inlet = new Inlet(new RingReader(setup.ring), core, outbox);
  main.on('message', (message: FromMain) => {
    if (message.type === 'close') void (message.flush ? allSent(core, inlet, outbox).then(close) : close());
    else if (message.type === 'kick') inlet.drain();
    else if (message.type === 'waiting') children.begin(message.known);
    else inlet.take(message);
  });
  core.status(undefined, 'starting');
  inlet.drain();
  for (const channel of ['shell', 'control'] as const) {
    void receive(channel, sockets[channel], codec, (request) => {
      audience.heard(request.header);
      if (request.header.msg_type === 'execute_request') core.queue.add(channel, request);
      else void core.handle(channel, request);
    });
  }
  void receive('stdin', sockets.stdin, codec, (message) => {
    if (message.header.msg_type === 'input_reply') core.options.prompts.take(message);
  });
  void echo(sockets.hb, senders.hb);
  void welcome(sockets.iopub, (subscription) => {
    const message = { type: 'iopub_welcome', parent: undefined, content: { subscription } };
    senders.iopub.send(codec.encode(message, [subscription]));
  });
  watchParent(() => void shutdown());
}

/** Resolves when the cell that runs has its reply and all output has left. */
async function allSent(core: Core, inlet: Inlet, outbox: Outbox): Promise<void> {
  const end = performance.now() + LAST_OUTPUT_MS;
  while (!(core.queue.running === undefined && inlet.empty && outbox.empty) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

async function shut(
  sockets: Sockets,
  connection: Connection,
  senders: Record<string, Sender>,
  store: HistoryStore | undefined,
  flags: Flags,
  lastWords: LastWords,
): Promise<void> {
  const idle = Promise.all([...Object.values(senders).map((sender) => sender.idle()), store?.flushed()]);
  await Promise.race([idle, new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
  // Before the process exits: node aborts when a worker still has sockets then.
  closeSockets(sockets, connection);
  // What waited on them hears of it in turns of its own; a process that ends in one of these aborts.
  await new Promise((resolve) => setTimeout(resolve, 30));
  lastWords.remove();
  flags.set('closed', 1);
}

const setup = workerData as WorkerSetup;
run(setup).catch((error: unknown) => {
  new Flags(setup.flags).set('closed', 1);
  throw error;
});
