import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { RUN_COMM_TARGET, RUN_ID, type ClientMessage } from 'gradoscope/run';
import type { RunModel } from '../model/run-model.js';

/** One comm for each followed run of one kernel connection: it throws when a comm's id is used twice, so all views share it. */
export class RunComms implements IDisposable {
  readonly #comms = new Map<string, Kernel.IComm>();
  #disposed = false;

  constructor(private readonly kernel: Kernel.IKernelConnection) {}

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Ids of the runs that the kernel holds. @throws when the kernel goes away before it answers */
  async list(): Promise<string[]> {
    const { content } = await this.kernel.requestCommInfo({ target_name: RUN_COMM_TARGET });
    if (content.status !== 'ok') return [];
    return Object.keys(content.comms).filter((id) => RUN_ID.test(id));
  }

  /** Lets `model` follow its run in this kernel. The comm is not opened: the kernel listens to it already. */
  follow(model: RunModel): void {
    if (this.#disposed || this.#comms.has(model.id)) return;
    const comm = this.kernel.createComm(RUN_COMM_TARGET, model.id);
    this.#comms.set(model.id, comm);
    comm.onMsg = ({ content, buffers }: KernelMessage.ICommMsgMsg): void =>
      model.receive(content.data, (buffers ?? []) as DataView[]);
    comm.onClose = (): void => {
      this.#comms.delete(model.id);
      model.detach();
    };
    model.attach({
      send: (message: ClientMessage): void => {
        if (!comm.isDisposed) comm.send(message as unknown as JSONObject);
      },
    });
  }

  /** Stops following; the kernel and other clients are not told, since nothing changes for them. */
  unfollow(model: RunModel): void {
    const comm = this.#comms.get(model.id);
    this.#comms.delete(model.id);
    model.detach();
    comm?.dispose();
  }

  dispose(): void {
    this.#disposed = true;
    for (const comm of this.#comms.values()) comm.dispose();
    this.#comms.clear();
  }
}
