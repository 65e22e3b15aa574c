import { randomUUID } from 'node:crypto';
import type {
  CellRef,
  Comm,
  CommMessage,
  CommOptions,
  Disposable,
  DisplayHandle,
  Host,
  MimeBundle,
  OpenComm,
  Shown,
  ShowOptions,
} from '../host/types.js';
import type { Flags } from '../shared/flags.js';
import { isRecord } from '../wire/message.js';
import type { Cell, InterruptHandler } from './cell.js';
import { CellComms } from './comms.js';
import type { Context } from './context.js';
import { displayFor } from './display.js';
import type { Output } from './output.js';
import { Prompter } from './prompt.js';

const NOWHERE: CellRef = { id: undefined, executionCount: 0, msgId: '' };

/** The kernel's side of the Host interface. */
export class KernelHost implements Host {
  readonly version = 1;
  readonly comms: CellComms;
  readonly prompter: Prompter;
  readonly #background = new Set<InterruptHandler>();

  readonly show: (value: unknown, options?: ShowOptions) => Shown;

  constructor(
    private readonly context: Context,
    private readonly output: Output,
    private readonly flags: Flags,
    /** Takes all that waits on the urgent port. */
    readonly pump: () => void,
    private readonly failed: (error: unknown, cell: Cell | undefined) => void,
  ) {
    this.comms = new CellComms(context, output, failed);
    this.prompter = new Prompter(output);
    this.show = displayFor(output, () => context.fallback);
  }

  cell(): CellRef {
    return this.context.fallback?.ref ?? NOWHERE;
  }

  display(bundle: MimeBundle, options: { cell: CellRef; displayId?: string }): DisplayHandle {
    if (!isRecord(bundle)) throw new TypeError('The bundle of host.display must be an object of MIME types.');
    const cell = this.#find(options.cell);
    const displayId = options.displayId ?? randomUUID();
    const send = (type: string, data: MimeBundle): void => {
      if (cell) this.output.publish(cell, type, { data, metadata: {}, transient: { display_id: displayId } });
    };
    send('display_data', bundle);
    return { displayId, update: (next) => send('update_display_data', next) };
  }

  comm(target: string, id: string, onMessage: (message: CommMessage) => void): Comm {
    return this.comms.register(target, id, onMessage);
  }

  commTarget(target: string, onOpen: (comm: OpenComm, message: CommMessage) => void): Disposable {
    return this.comms.target(target, onOpen);
  }

  openComm(target: string, options?: CommOptions): OpenComm {
    return this.comms.open(target, options);
  }

  /** Clears the output of the cell whose code is running. @param wait Only when the next output comes. */
  clearOutput(wait: boolean): void {
    const cell = this.context.fallback;
    if (cell) this.output.publish(cell, 'clear_output', { wait });
  }

  interrupted(): boolean {
    return this.flags.get('interrupted') === 1;
  }

  onInterrupt(f: () => void): Disposable {
    const cell = this.context.current ?? this.context.running;
    const handlers = cell?.handlers ?? this.#background;
    handlers.add(f);
    this.#background.add(f);
    this.#count();
    return {
      dispose: () => {
        handlers.delete(f);
        this.#background.delete(f);
        this.#count();
      },
    };
  }

  stepping(active: boolean): void {
    if (!active) {
      if (this.flags.get('stepping') > 0) this.flags.add('stepping', -1);
      return;
    }
    for (;;) {
      this.flags.add('stepping', 1);
      if (this.flags.get('terminating') === 0) return;
      // A termination is on its way and must not find the step: it ends this loop instead.
      this.flags.add('stepping', -1);
      this.flags.waitWhile('terminating', 1, 10);
    }
  }

  /** Runs `f`; nothing is terminated within. */
  whole<T>(f: () => T): T {
    this.stepping(true);
    try {
      return f();
    } finally {
      this.stepping(false);
    }
  }

  within<T>(ref: CellRef, f: () => T): T {
    return this.context.run(this.#find(ref), f);
  }

  showError(error: unknown, cell: CellRef): void {
    this.failed(error, this.#find(cell));
  }

  /** Calls the handlers of the cell; without one, all. */
  askToStop(cell: Cell | undefined): void {
    for (const f of [...(cell?.handlers ?? this.#background)]) {
      try {
        f();
      } catch (error) {
        this.failed(error, cell);
      }
    }
  }

  /** Tells the worker how many handlers the running cell has. */
  #count(): void {
    this.flags.set('handlers', this.context.running?.handlers.size ?? 0);
  }

  #find(ref: CellRef): Cell | undefined {
    return this.context.find((cell) => cell.msgId === ref.msgId) ?? this.context.fallback;
  }
}
