import { randomUUID } from 'node:crypto';
import type {
  CellRef,
  Comm,
  CommMessage,
  CommOptions,
  Cut,
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
import { Interrupted, type Cell, type InterruptHandler } from './cell.js';
import { CellComms } from './comms.js';
import type { Context } from './context.js';
import { displayFor } from './display.js';
import { pageFor } from './page.js';
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
  readonly page: (value: unknown) => void;

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
    this.page = pageFor(() => context.running);
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

  onInterrupt(ask: () => void, cut: (what: Cut) => void = () => undefined): Disposable {
    const f: InterruptHandler = { ask, cut };
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
      this.#leave();
      return;
    }
    const { current } = this.context;
    if (current && this.context.asked(current)) throw new Interrupted();
    this.flags.enter('stepping');
  }

  operating(active: boolean): void {
    this.flags.set('operating', active ? 1 : 0);
  }

  /** What the kernel itself does begins or ends; it cannot be ended, not even by force. */
  hold(active: boolean): void {
    if (active) this.flags.enter('stepping');
    else this.#leave();
    if (active) this.flags.add('holding', 1);
    else if (this.flags.get('holding') > 0) this.flags.add('holding', -1);
  }

  #leave(): void {
    this.flags.add('passed', 1);
    if (this.flags.get('stepping') > 0) this.flags.add('stepping', -1);
  }

  /** Runs `f`; nothing is terminated within. */
  whole<T>(f: () => T): T {
    this.hold(true);
    try {
      return f();
    } finally {
      this.hold(false);
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
    this.#call(cell, ({ ask }) => ask());
  }

  /**
   * Tells the handlers of the cell (without one, all) that something does not go on.
   */
  cut(cell: Cell | undefined, what: Cut): void {
    this.#call(cell, ({ cut }) => cut(what));
  }

  /** A termination has left nothing on the stack. */
  unwound(): void {
    for (const slot of ['stepping', 'holding', 'operating'] as const) this.flags.set(slot, 0);
  }

  #call(cell: Cell | undefined, f: (handler: InterruptHandler) => void): void {
    for (const handler of [...(cell?.handlers ?? this.#background)]) {
      try {
        f(handler);
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
