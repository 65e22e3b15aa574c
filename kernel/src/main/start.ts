import path from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { randomUUID } from 'node:crypto';
import { createEngine } from '../engine/create.js';
import type { Engine } from '../engine/engine.js';
import { addRequireRoots, nodeModulesOf } from '../engine/roots.js';
import { HOST } from '../host/types.js';
import { Preloads } from '../preload/preloads.js';
import { Flags } from '../shared/flags.js';
import { ringMemory } from '../shared/ring.js';
import type { ToMain, ToMainUrgent, WorkerSetup } from '../shared/protocol.js';
import { readConnection } from '../wire/connection.js';
import { countAsyncHooks } from './async-hooks.js';
import { catchStrays } from './strays.js';
import { showErrorsWith } from './bundle.js';
import { Context } from './context.js';
import { sayGoodbye } from './farewell.js';
import { KernelHost } from './host.js';
import { IdleSteps } from './idle.js';
import { kernelInfo } from './info.js';
import { bindOffspring } from './offspring.js';
import { Output } from './output.js';
import { answer } from './queries.js';
import { Runner } from './runner.js';
import { boundModules } from './scope.js';
import { redirectProcess } from './streams.js';

export interface StartOptions {
  readonly connectionFile: string;
  /** Absolute paths of preload modules. */
  readonly preloads: readonly string[];
  /** Name of the engine. */
  readonly engine: string;
  /** Whether a cell with type errors runs after they are printed. Default `error`: it does not. */
  readonly typeErrors?: 'error' | 'warn';
}

/** Starts the kernel in this process: sockets in a worker, user code in this thread. */
export function start(options: StartOptions): void {
  const connection = readConnection(options.connectionFile);
  const flags = new Flags();
  const ring = ringMemory();
  const main = new MessageChannel();
  const urgent = new MessageChannel();
  const setup: WorkerSetup = {
    connection,
    connectionFile: path.resolve(options.connectionFile),
    flags: flags.buffer,
    ring,
    main: main.port2,
    urgent: urgent.port2,
    info: kernelInfo(options.engine),
  };
  // First of all, so that clients get answers while the compiler loads.
  const worker = new Worker(path.join(__dirname, '../io/worker.js'), {
    workerData: setup,
    transferList: [main.port2, urgent.port2],
    // Messages die young; V8 would let them fill 48 MB.
    resourceLimits: { maxYoungGenerationSizeMb: 12 },
  });
  const fatal = process.stderr.write.bind(process.stderr);
  worker.on('error', (error) => {
    fatal(`gradoscope-kernel: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    exit(1);
  });

  // A library's ten innermost functions would hide the line of the cell that called it.
  Error.stackTraceLimit = 50;
  // Before it is replaced, by one that tells the user.
  const exit = process.exit.bind(process);
  const cwd = process.cwd();
  let engine: Engine | undefined;
  const context = new Context(flags);
  const output = new Output(
    ring,
    main.port1,
    flags,
    (cell) => context.check(cell),
    (text) => engine?.explain(text) ?? text,
  );
  countAsyncHooks(flags);
  bindOffspring(context, flags, output);
  const close = (flush: boolean, seconds: number): void => {
    // The worker must close its sockets first, or node aborts.
    output.post({ type: 'close', flush });
    for (let i = 0; i < seconds * 100 && flags.get('closed') === 0; i++) flags.waitWhile('closed', 0, 10);
  };
  sayGoodbye(
    context,
    output,
    (error) => engine?.report(error),
    (said) => (said ? close(true, 32) : close(false, 1.5)),
  );
  redirectProcess((name, text) => output.stream(context.fallback, name, text));
  Object.defineProperty(globalThis, '__gradoscope', { value: context.hooks(undefined), configurable: true });
  const failed = catchStrays(context, output, (error) => engine?.report(error));
  const take = (message: ToMainUrgent): void => {
    if (message.type === 'interrupt') runner.interrupt(message.id, message.seq);
    else host.comms.deliver(message);
  };
  const pump = (): void => {
    for (let next = receiveMessageOnPort(urgent.port1); next; next = receiveMessageOnPort(urgent.port1))
      take(next.message as ToMainUrgent);
  };
  const host = new KernelHost(context, output, flags, pump, failed);
  Object.defineProperty(globalThis, HOST, { value: host, configurable: true });
  urgent.port1.on('message', take);

  const preloads = new Preloads(options.preloads, cwd);
  const roots = nodeModulesOf(__filename, require.resolve('tslab/package.json'), ...preloads.files);
  addRequireRoots(roots);
  const modules = boundModules(context);
  const ready = (): Engine =>
    (engine ??= host.whole(() =>
      createEngine(options.engine, {
        cwd,
        roots,
        types: preloads.types,
        bundles: preloads.bundles,
        modules: (id) => modules.get(id),
        provided: preloads,
        ...(options.typeErrors && { typeErrors: options.typeErrors }),
        whole: (f) => host.whole(f),
        late: () => flags.set('late', 1),
        show: ({ data, metadata, transient }, update) => {
          const cell = context.fallback;
          if (!cell) return;
          const shown =
            transient.display_id === undefined || transient.display_id === null
              ? { display_id: randomUUID() }
              : transient;
          output.publish(cell, update ? 'update_display_data' : 'display_data', {
            data,
            metadata,
            transient: shown,
          });
        },
      }),
    ));
  showErrorsWith((error) => {
    const { ename, traceback } = ready().report(error);
    // Without the piece of source in front.
    return traceback
      .slice(
        Math.max(
          0,
          traceback.findIndex((line) => line.startsWith(ename)),
        ),
      )
      .join('\n');
  });
  const runner = new Runner(ready, preloads, context, output, flags, host);
  const idle = new IdleSteps(preloads.warmSteps, () => context.running !== undefined);
  // The first step is in another thread: it is under way while the client waits for its first answers.
  idle.touch(0);
  main.port1.on('message', (message: ToMain) => {
    idle.touch();
    if (message.type === 'execute') setImmediate(() => runner.start(message));
    else if (message.type === 'input') host.prompter.answered(message);
    else if (message.type === 'query')
      void answer(ready, message).then((content) => output.post({ type: 'answer', id: message.id, content }));
    else exit(0);
  });
  // The kernel is interrupted by message; a signal that reaches the whole process group is not for it.
  process.on('SIGINT', () => undefined);
  setImmediate(() => {
    try {
      ready().warm();
    } catch (error) {
      // Each cell will say so, too.
      fatal(`gradoscope-kernel: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  });
}
