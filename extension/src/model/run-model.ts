import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import {
  applyChunk,
  kernelMessage,
  readSnapshot,
  RunVersionError,
  type Ack,
  type Chunk,
  type ClientMessage,
  type Command,
  type KernelMessage,
  type RunRecord,
  type StatePart,
} from 'gradoscope/run';
import { AckBook } from './ack-book.js';
import { Backoff } from './backoff.js';
import { newRequestId } from './request-id.js';
import { StateRequest } from './state-request.js';

/** The way to the kernel that holds a run. */
export interface RunLink {
  send(message: ClientMessage): void;
}

/** What changed: the record; whether a kernel holds the run; what is wrong. */
export type RunChange = 'record' | 'live' | 'problem';

type Buffers = readonly (Uint8Array | ArrayBuffer | DataView)[];

/** Milliseconds without the next part of a state after which it is asked for again; doubled each time. */
const PATIENCE = 10_000;
const LONGEST_PATIENCE = 120_000;

/**
 * A run as this page knows it: first from a notebook's snapshot, then, while a kernel holds the run, from its state and the
 * chunks that follow. A chunk that does not follow on what is held makes the model ask for the whole state again; meanwhile what
 * is held stays on show.
 */
export class RunModel implements IDisposable {
  #record: RunRecord | undefined;
  #seq = 0;
  #link: RunLink | undefined;
  #request: StateRequest | undefined;
  /** Timers: until a request is sent, and until its answer is overdue. */
  #asking: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #patience = PATIENCE;
  #problem: string | undefined;
  #synced = false;
  #disposed = false;
  readonly #acks = new AckBook();
  readonly #backoff = new Backoff();
  readonly #changed = new Signal<this, RunChange>(this);

  constructor(readonly id: string) {}

  /** The record, or `undefined` before the first snapshot or state. A new state brings a new object. */
  get record(): RunRecord | undefined {
    return this.#record;
  }

  /** Number of the last chunk in the record. */
  get seq(): number {
    return this.#seq;
  }

  /** Does a live kernel hold the run? */
  get live(): boolean {
    return this.#link !== undefined;
  }

  /** Has the kernel's whole state come since the model was attached? */
  get synced(): boolean {
    return this.#synced;
  }

  /** What keeps the run from being followed, in words. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get changed(): ISignal<this, RunChange> {
    return this.#changed;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /**
   * Takes a snapshot from a notebook's output, unless what is held is as new.
   * @throws RunVersionError, TypeError or RangeError when it is not a run that this version reads
   */
  load(json: unknown): void {
    const { record, seq } = readSnapshot(json);
    if (record.id !== this.id) throw new RangeError(`run ${this.id}: the snapshot is of run ${record.id}.`);
    if (this.#record !== undefined && (this.#synced || seq <= this.#seq)) return;
    this.#replace(record, seq);
  }

  /** Follows the run in a kernel from now on: asks for its state. */
  attach(link: RunLink): void {
    this.detach();
    this.#link = link;
    this.#changed.emit('live');
    this.#askForState();
  }

  /** Asks for the whole state again, after a connection that may have lost messages. */
  refresh(): void {
    this.#forgetRequest();
    this.#synced = false;
    this.#askForState();
  }

  /** The kernel that held the run is gone or no longer reached; what is held stays. */
  detach(): void {
    if (this.#link === undefined) return;
    this.#link = undefined;
    this.#forgetRequest();
    this.#synced = false;
    this.#acks.fail(new Error('The kernel that holds this run is gone.'));
    this.#changed.emit('live');
  }

  /**
   * Sends a command.
   * @returns the kernel's acknowledgement, with the step at which it took effect
   * @throws Error when no live kernel holds the run, or it goes away before it answers
   */
  async command(command: Command, value?: number): Promise<Ack> {
    if (this.#link === undefined) throw new Error('No live kernel holds this run.');
    const request = newRequestId();
    const ack = this.#acks.expect(request);
    this.#link.send({ type: 'command', request, command, ...(value !== undefined ? { value } : {}) });
    return ack;
  }

  /** Takes a message of the run's comm. */
  receive(data: unknown, buffers: Buffers): void {
    if (this.#link === undefined) return;
    let message: KernelMessage;
    try {
      message = kernelMessage(data, buffers);
    } catch (error) {
      this.#fail(error);
      return;
    }
    switch (message.type) {
      case 'append':
        this.#append(message.chunk);
        break;
      case 'state':
        this.#takePart(message);
        break;
      case 'ack':
        this.#acks.settle(message);
        break;
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.detach();
    this.#disposed = true;
    Signal.clearData(this);
  }

  #append(chunk: Chunk): void {
    if (this.#request !== undefined && !this.#request.keep(chunk)) this.#forgetRequest();
    if (this.#record === undefined || chunk.seq > this.#seq + 1) {
      this.#askForState();
      return;
    }
    if (chunk.seq <= this.#seq) return; // seen already, in a state that overtook it
    try {
      applyChunk(this.#record, chunk);
    } catch {
      // ChunkGapError: rows are missing. RangeError: it contradicts the record. The kernel's whole state settles both.
      this.#askForState();
      return;
    }
    this.#seq = chunk.seq;
    this.#changed.emit('record');
  }

  #takePart(part: StatePart): void {
    const request = this.#request;
    if (request === undefined || part.request !== request.id) return; // another client's
    let state: { record: RunRecord; seq: number } | undefined;
    try {
      state = request.add(part);
    } catch {
      this.#forgetRequest();
      this.#askForState();
      return;
    }
    if (state === undefined) {
      this.#wait();
      return;
    }
    this.#forgetRequest();
    this.#patience = PATIENCE;
    this.#synced = true;
    this.#problem = undefined;
    this.#replace(state.record, state.seq);
    for (const chunk of request.meanwhile) this.#append(chunk);
  }

  #replace(record: RunRecord, seq: number): void {
    this.#record = record;
    this.#seq = seq;
    this.#changed.emit('record');
  }

  /** Asks for the state unless that is under way. */
  #askForState(): void {
    if (this.#request === undefined) this.#scheduleRequest();
  }

  /** Sends a request soon the first time, later when gaps or silence keep coming. */
  #scheduleRequest(): void {
    if (this.#link === undefined || this.#asking !== undefined) return;
    const ask = (): void => {
      this.#forgetRequest();
      this.#request = new StateRequest();
      this.#wait();
      this.#link?.send({ type: 'state', request: this.#request.id });
    };
    const delay = this.#backoff.next();
    if (delay === 0) ask();
    else this.#asking = setTimeout(ask, delay);
  }

  /** Asks again if the answer does not come; until then a late answer is still welcome. */
  #wait(): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      this.#patience = Math.min(this.#patience * 2, LONGEST_PATIENCE);
      this.#scheduleRequest();
    }, this.#patience);
  }

  #forgetRequest(): void {
    clearTimeout(this.#waiting);
    clearTimeout(this.#asking);
    this.#waiting = undefined;
    this.#asking = undefined;
    this.#request = undefined;
  }

  #fail(error: unknown): void {
    this.#problem = error instanceof Error ? error.message : String(error);
    this.#changed.emit('problem');
    if (!(error instanceof RunVersionError)) this.#askForState();
  }
}
