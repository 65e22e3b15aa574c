import { randomUUID } from 'node:crypto';
import type { Comm, CommMessage, CommOptions, Disposable, OpenComm } from '../host/types.js';
import type { CommEvent } from '../shared/protocol.js';
import type { Cell } from './cell.js';
import type { Context } from './context.js';
import type { Output } from './output.js';

type Data = Readonly<Record<string, unknown>>;
type Listener = (message: CommMessage) => void;

interface Entry {
  readonly cell: Cell | undefined;
  onMessage: Listener | undefined;
  onClose: Listener | undefined;
  /** What came before there was a listener. */
  readonly early: CommMessage[];
}

interface Target {
  readonly cell: Cell | undefined;
  readonly onOpen: (comm: OpenComm, message: CommMessage) => void;
}

/** The comms of code that runs in the kernel. */
export class CellComms {
  readonly #comms = new Map<string, Entry>();
  readonly #targets = new Map<string, Target>();

  constructor(
    private readonly context: Context,
    private readonly output: Output,
    private readonly failed: (error: unknown, cell: Cell | undefined) => void,
  ) {}

  /** A comm that clients know by its id; none of them can close it. */
  register(target: string, id: string, onMessage: Listener): Comm {
    this.#add(target, id, { onMessage, closable: false });
    return this.#comm(target, id);
  }

  /** Opens a comm in the clients. */
  open(target: string, options: CommOptions = {}): OpenComm {
    const { id = randomUUID(), data = {}, metadata, buffers } = options;
    this.#add(target, id, { closable: true });
    this.#send(id, 'comm_open', { target_name: target, data }, metadata, buffers);
    return this.#comm(target, id);
  }

  /** Lets clients open comms. */
  target(target: string, onOpen: Target['onOpen']): Disposable {
    if (this.#targets.has(target))
      throw new Error(
        `The comm target ${JSON.stringify(target)} is registered already; dispose of it first.`,
      );
    const entry: Target = { cell: this.context.fallback, onOpen };
    this.#targets.set(target, entry);
    this.output.post({ type: 'comm-target', target, open: true });
    return {
      dispose: () => {
        if (this.#targets.get(target) !== entry) return;
        this.#targets.delete(target);
        this.output.post({ type: 'comm-target', target, open: false });
      },
    };
  }

  /** What a client did. */
  deliver(event: CommEvent): void {
    if (event.event === 'open') return this.#opened(event.target, event);
    const entry = this.#comms.get(event.id);
    if (!entry) return;
    if (event.event === 'close') this.#comms.delete(event.id);
    const listener = event.event === 'close' ? entry.onClose : entry.onMessage;
    if (listener) this.#call(entry.cell, () => listener(event));
    else if (event.event === 'message' && entry.early.length < 1000) entry.early.push(event);
  }

  #opened(target: string, event: CommEvent): void {
    const { id } = event;
    const found = this.#targets.get(target);
    if (!found || this.#comms.has(id)) return;
    this.#comms.set(id, { cell: found.cell, onMessage: undefined, onClose: undefined, early: [] });
    const comm = this.#comm(target, id);
    if (!this.#call(found.cell, () => found.onOpen(comm, event))) comm.close();
  }

  #add(target: string, id: string, options: { onMessage?: Listener; closable: boolean }): void {
    for (const [name, value] of Object.entries({ target, id })) {
      if (typeof value !== 'string' || value === '')
        throw new TypeError(`The comm's ${name} must be a string that is not empty; it is ${String(value)}.`);
    }
    if (this.#comms.has(id))
      throw new Error(`A comm with the id ${JSON.stringify(id)} is registered already; close it first.`);
    const { onMessage, closable } = options;
    this.#comms.set(id, { cell: this.context.fallback, onMessage, onClose: undefined, early: [] });
    this.output.post({ type: 'comm-register', id, target, closable });
  }

  #comm(target: string, id: string): OpenComm {
    return {
      id,
      target,
      send: (data, buffers, metadata) => this.#send(id, 'comm_msg', { data }, metadata, buffers),
      close: (data = {}) => {
        this.#send(id, 'comm_close', { data });
        if (this.#comms.delete(id)) this.output.post({ type: 'comm-remove', id });
      },
      onMessage: (listener) => {
        const entry = this.#comms.get(id);
        if (!entry) return;
        entry.onMessage = listener;
        for (const message of entry.early.splice(0)) this.#call(entry.cell, () => listener(message));
      },
      onClose: (listener) => {
        const entry = this.#comms.get(id);
        if (entry) entry.onClose = listener;
      },
    };
  }

  #send(id: string, type: string, content: Data, metadata?: Data, buffers?: readonly Uint8Array[]): void {
    const entry = this.#comms.get(id);
    const cell = this.context.current ?? entry?.cell;
    if (!entry || !cell) return;
    // The comm outlives its cell, also one that was interrupted.
    this.output.publish(
      cell,
      type,
      { comm_id: id, ...content },
      { lane: `comm ${id}`, evenDead: true, ...(metadata && { metadata }), ...(buffers && { buffers }) },
    );
  }

  /** @returns Whether it did not throw. */
  #call(cell: Cell | undefined, f: () => void): boolean {
    try {
      this.context.run(cell?.dead ? undefined : cell, f);
      return true;
    } catch (error) {
      this.failed(error, cell);
      return false;
    }
  }
}
