import { runBundle } from '../figures/bundle.js';
import {
  appendMessage,
  ChunkWriter,
  clientMessage,
  RUN_COMM_TARGET,
  stateMessages,
  type ClientMessage,
  type RunControls,
  type RunOutlet,
  type RunRecord,
} from '../run/index.js';
import type { CellRef, Comm, CommMessage, DisplayHandle, Host, MimeBundle } from './types.js';

/** Milliseconds between two live messages. */
const LIVE_MS = 100;
/** Milliseconds to the first rewrite of the cell's output; each later wait is half as long again, up to a minute. */
const FIRST_SNAPSHOT_MS = 10_000;
const LAST_SNAPSHOT_MS = 60_000;
/** Ended runs that still answer, so that a page loaded anew can show them. */
const KEEP_ENDED = 20;

const ended: Comm[] = [];

/**
 * Shows a run under the cell that began it: an output with a bounded snapshot, kept fresh now and then, and a comm over which
 * every row travels at most ten times a second.
 */
export class NotebookOutlet implements RunOutlet {
  readonly #writer: ChunkWriter;
  readonly #cell: CellRef;
  readonly #comm: Comm;
  readonly #handle: DisplayHandle;
  readonly #interrupt: { dispose(): void };
  #lastLive = 0;
  #lastSnapshot = performance.now();
  #snapshotWait = FIRST_SNAPSHOT_MS;

  constructor(
    private readonly host: Host,
    private readonly record: RunRecord,
    private readonly controls: RunControls,
  ) {
    this.#writer = new ChunkWriter(record);
    this.#cell = host.cell();
    this.#comm = host.comm(RUN_COMM_TARGET, record.id, (message) => this.#answer(message));
    this.#handle = host.display(runBundle(record, 0), { cell: this.#cell, displayId: record.id });
    // The kernel calls for the run's own cell; or, when no cell runs, for all: then a run in the background pauses.
    this.#interrupt = host.onInterrupt(
      () => {
        if (host.interrupted()) controls.interrupt();
        else this.#pause();
      },
      (what) => controls.cut?.(what),
    );
  }

  enterStep(): void {
    this.host.stepping(true);
  }

  exitStep(): void {
    this.host.stepping(false);
  }

  within<T>(f: () => T): T {
    return this.host.within(this.#cell, f);
  }

  tick(): void {
    this.host.pump();
    const now = performance.now();
    if (now - this.#lastLive >= LIVE_MS) {
      this.#lastLive = now;
      this.#send();
    }
    if (now - this.#lastSnapshot >= this.#snapshotWait) {
      this.#snapshotWait = Math.min(this.#snapshotWait * 1.5, LAST_SNAPSHOT_MS);
      this.#rewrite();
    }
  }

  flush(): void {
    this.#send();
  }

  close(): void {
    this.#interrupt.dispose();
    this.#send();
    this.#rewrite();
    ended.push(this.#comm);
    if (ended.length > KEEP_ENDED) ended.shift()?.close();
  }

  represent(): MimeBundle {
    const bundle = runBundle(this.record, this.#writer.seq);
    // The live chart stands right above when the run is the value of its own cell.
    return this.host.cell().msgId === this.#cell.msgId ? { 'text/plain': bundle['text/plain'] } : bundle;
  }

  #pause(): void {
    const { name, status, progress } = this.record.header;
    const again = status === 'paused' ? 'is paused already,' : 'is paused';
    this.controls.command('pause');
    this.within(() =>
      process.stderr.write(
        `Interrupted while no cell runs: the run ${JSON.stringify(name)} ${again} at step ${progress?.step ?? 0}. ` +
          `Go on with resume() of the run, or its Resume button; end it with stop().\n`,
      ),
    );
    this.#send();
  }

  #send(): void {
    const chunk = this.#writer.next();
    if (chunk === undefined) return;
    const { data, buffers } = appendMessage(chunk);
    this.#comm.send(data, buffers);
  }

  #rewrite(): void {
    this.#handle.update(runBundle(this.record, this.#writer.seq));
    this.#lastSnapshot = performance.now();
  }

  #answer({ data }: CommMessage): void {
    const message = clientMessage(data);
    if (message?.type === 'state') this.#sendState(message.request);
    else if (message !== undefined) this.#command(message);
  }

  #sendState(request: string): void {
    this.#send(); // the state is that of the chunk numbered seq: nothing may be half-sent
    for (const { data, buffers } of stateMessages(this.record, this.#writer.seq, request))
      this.#comm.send(data, buffers);
  }

  #command({ request, command, value }: Extract<ClientMessage, { type: 'command' }>): void {
    const step = this.record.header.progress?.step ?? 0;
    const refusal = this.record.ended ? 'The run has ended.' : this.controls.command(command, value);
    const message = refusal === undefined ? {} : { message: refusal };
    this.#send();
    this.#comm.send({ type: 'ack', request, command, ok: refusal === undefined, step, ...message });
  }
}
