import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { RunModel } from '../model/run-model.js';
import type { ISessionRuns, RunLease } from '../tokens.js';
import { RunComms } from './run-comms.js';

/** Milliseconds after which a kernel that did not list an unfinished run is asked again. */
const ASK_AGAIN = [500, 2000, 8000];

interface Entry {
  readonly model: RunModel;
  leases: number;
}

/** Keeps a session's runs attached to whatever kernel it has: restarts, reconnections and other kernels included. */
export class SessionRuns implements ISessionRuns, IDisposable {
  readonly #entries = new Map<string, Entry>();
  readonly #listed = new Signal<this, readonly string[]>(this);
  #live: readonly string[] = [];
  #kernel: Kernel.IKernelConnection | null = null;
  #comms: RunComms | undefined;
  #asking: Promise<void> | undefined;
  #disposed = false;

  constructor(private readonly session: ISessionContext) {
    session.kernelChanged.connect(this.#onKernelChanged, this);
    session.statusChanged.connect(this.#onStatus, this);
    session.connectionStatusChanged.connect(this.#onConnection, this);
    session.disposed.connect(this.dispose, this);
    this.#connect();
  }

  get listed(): ISignal<ISessionRuns, readonly string[]> {
    return this.#listed;
  }

  get live(): readonly string[] {
    return this.#live;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  use(id: string): RunLease {
    const entry = this.#entries.get(id) ?? { model: new RunModel(id), leases: 0 };
    entry.leases++;
    if (entry.leases === 1) {
      this.#entries.set(id, entry);
      void this.#find(entry);
    }
    let held = true;
    return {
      model: entry.model,
      get isDisposed(): boolean {
        return !held;
      },
      dispose: (): void => {
        if (!held) return;
        held = false;
        if (--entry.leases === 0) this.#release(entry);
      },
    };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#disconnect();
    for (const { model } of this.#entries.values()) model.dispose();
    this.#entries.clear();
    Signal.clearData(this);
  }

  #release({ model }: Entry): void {
    this.#entries.delete(model.id);
    this.#comms?.unfollow(model);
    model.dispose();
  }

  #onKernelChanged(): void {
    this.#disconnect();
    this.#connect();
  }

  #onStatus(_: ISessionContext, status: Kernel.Status): void {
    const gone = ['restarting', 'autorestarting', 'terminating', 'dead'].includes(status);
    if (gone) this.#disconnect();
    else if (this.#comms === undefined) this.#connect();
  }

  #onConnection(_: ISessionContext, status: Kernel.ConnectionStatus): void {
    if (status !== 'connected') return;
    if (this.#comms === undefined) this.#connect();
    else void this.#ask().then(() => this.#refresh());
  }

  #disconnect(): void {
    this.#comms?.dispose();
    this.#comms = undefined;
    this.#asking = undefined;
    this.#live = [];
    for (const { model } of this.#entries.values()) model.detach();
  }

  #connect(): void {
    this.#kernel = this.session.session?.kernel ?? null;
    if (this.#disposed || this.#kernel === null || this.#kernel.isDisposed) return;
    this.#comms = new RunComms(this.#kernel);
    void this.#ask();
  }

  /** Asks the kernel for its runs, and lets the models of these follow them. */
  async #ask(): Promise<void> {
    const comms = this.#comms;
    if (comms === undefined) return;
    this.#asking ??= comms
      .list()
      .then(
        (live) => {
          if (comms === this.#comms) this.#found(comms, live);
        },
        () => undefined, // the kernel went away; the next one is asked when it comes
      )
      .finally(() => {
        if (comms === this.#comms) this.#asking = undefined;
      });
    await this.#asking;
  }

  #found(comms: RunComms, live: readonly string[]): void {
    this.#live = live;
    for (const { model } of this.#entries.values()) {
      if (!live.includes(model.id)) comms.unfollow(model);
      else if (!model.live) comms.follow(model);
    }
    this.#listed.emit(live);
  }

  /** Catches up after a lost connection: messages may have been lost with it. */
  #refresh(): void {
    for (const { model } of this.#entries.values()) model.refresh();
  }

  /** Looks for a run that came on show. A kernel just told to begin it may list it a moment later. */
  async #find({ model }: Entry): Promise<void> {
    for (const wait of [0, ...ASK_AGAIN]) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (model.isDisposed || model.live) return;
      if (this.#live.includes(model.id)) this.#comms?.follow(model);
      else await this.#ask();
      if (model.isDisposed || model.live || model.record?.ended === true) return;
    }
  }
}
