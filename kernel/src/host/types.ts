/** What the kernel offers to libraries, at `globalThis[Symbol.for('gradoscope.host')]`. */

export type MimeBundle = Readonly<Record<string, unknown>>;

/** The execute request that output belongs to. */
export interface CellRef {
  /** `metadata.cellId` of the request. */
  readonly id: string | undefined;
  readonly executionCount: number;
  /** The request's message id. */
  readonly msgId: string;
}

export interface DisplayHandle {
  readonly displayId: string;
  /** Replaces what is shown. @throws TypeError when the bundle is not JSON. */
  update(bundle: MimeBundle): void;
}

export interface ShowOptions {
  /** Name of the output, by which it can be updated. Default: a random one. */
  readonly id?: string;
  /** Replace what is shown under `id`, instead of showing it anew. Default false. */
  readonly update?: boolean;
}

/** An output that `show` has made. */
export interface Shown {
  readonly id: string;
  /** Shows another value in the place of the first. */
  update(value: unknown): void;
}

export interface CommMessage {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Sends a comm_msg to all clients. @throws TypeError when the data is not JSON. */
  send(data: Record<string, unknown>, buffers?: readonly Uint8Array[]): void;
  /** Sends comm_close and forgets the comm. */
  close(): void;
}

export interface CommOptions {
  /** Default: a random one. */
  readonly id?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

/** A comm that both sides can close. */
export interface OpenComm extends Comm {
  send(
    data: Record<string, unknown>,
    buffers?: readonly Uint8Array[],
    metadata?: Readonly<Record<string, unknown>>,
  ): void;
  close(data?: Readonly<Record<string, unknown>>): void;
  /** What clients send; messages that came earlier are given at once. One listener: the last. */
  onMessage(f: (message: CommMessage) => void): void;
  /** Called when a client closes the comm. One listener: the last. */
  onClose(f: (message: CommMessage) => void): void;
}

/** What was ended: the cell that registered the handler, some code of that cell's, or code of which the cell is not known. */
export type Cut = 'cell' | 'code' | 'unknown';

export interface Disposable {
  dispose(): void;
}

export interface Host {
  readonly version: 1;
  /** The cell whose code is running; without one, the last that ran. */
  cell(): CellRef;
  display(bundle: MimeBundle, options: { cell: CellRef; displayId?: string }): DisplayHandle;
  /** Registers a comm: it is listed in comm_info from now on; no comm_open is sent. */
  comm(target: string, id: string, onMessage: (message: CommMessage) => void): Comm;
  /** Lets clients open comms to a target, until it is disposed of. @throws Error when the target is registered already. */
  commTarget(target: string, onOpen: (comm: OpenComm, message: CommMessage) => void): Disposable;
  /** Opens a comm to a target of the clients, as widgets do. */
  openComm(target: string, options?: CommOptions): OpenComm;
  /** Whether the running cell was asked to stop. Reads shared memory: free to call at each step. */
  interrupted(): boolean;
  /** Delivers waiting comm messages and interrupts without a turn of the event loop. */
  pump(): void;
  /**
   * Called when the cell that registers it is asked to stop, or when the client interrupts while no cell runs.
   * @param onCut Called when code has been ended in the middle, or the cell is over while the handler is still there.
   */
  onInterrupt(f: () => void, onCut?: (what: Cut) => void): Disposable;
  /** Calls `f` as code of the cell: its output, and what it registers, belong there. */
  within<T>(cell: CellRef, f: () => T): T;
  /** Prints an error that no code catches under the cell. */
  showError(error: unknown, cell: CellRef): void;
  /** A trainer's step begins or ends; nothing is terminated within. */
  stepping(active: boolean): void;
  /** An operation that must never be ended, not even by force, begins or ends within a step. */
  operating(active: boolean): void;
  /** Shows a value under the running cell, rich where it has a method `[Symbol.for('Jupyter.display')]()`. @throws TypeError for wrong options. */
  show(value: unknown, options?: ShowOptions): Shown;
  /** Shows a value in the client's pager when the cell has ended, in clients that have one. @throws Error when no cell runs. */
  page(value: unknown): void;
  /** Clears the output of the cell whose code is running. @param wait Only when the next output comes. */
  clearOutput(wait: boolean): void;
}

export const HOST = Symbol.for('gradoscope.host');
