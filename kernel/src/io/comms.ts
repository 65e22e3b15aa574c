import { isRecord, type Content, type Incoming } from '../wire/message.js';
import type { Core } from './core.js';

interface Open {
  readonly target: string;
  /** A client's comm_close ends it; of a registered comm, such as a run's, it detaches that client only. */
  readonly closable: boolean;
}

/** The comms of the kernel: what its side has registered or opened, and what clients have opened to its targets. */
export class Comms {
  readonly #open = new Map<string, Open>();
  readonly #targets = new Set<string>();

  register(id: string, target: string, closable: boolean): void {
    this.#open.set(id, { target, closable });
  }

  remove(id: string): void {
    this.#open.delete(id);
  }

  /** @param open Whether clients may open comms to the target from now on. */
  setTarget(target: string, open: boolean): void {
    if (open) this.#targets.add(target);
    else this.#targets.delete(target);
  }

  /** The `comms` of a comm_info_reply. @param target Only of this target; undefined: all. */
  info(target: unknown): Content {
    const wanted = typeof target === 'string' && target !== '' ? target : undefined;
    const found = [...this.#open].filter(([, comm]) => wanted === undefined || comm.target === wanted);
    return Object.fromEntries(found.map(([id, comm]) => [id, { target_name: comm.target }]));
  }

  /** A client's comm_open. */
  opened(core: Core, request: Incoming): undefined {
    const { comm_id: id, target_name: target } = request.content;
    if (typeof id !== 'string' || typeof target !== 'string') return;
    const found = this.#open.get(id);
    // A client may open what is there already.
    if (found?.target === target) return;
    if (found || !this.#targets.has(target)) {
      const content = { comm_id: id, data: {} };
      core.options.outbox.push({ type: 'comm_close', parent: request.header, content });
      return;
    }
    this.register(id, target, true);
    core.options.urgent({ type: 'comm', event: 'open', id, target, ...payload(request) });
  }

  message(core: Core, request: Incoming): undefined {
    const { comm_id: id } = request.content;
    if (typeof id !== 'string' || !this.#open.has(id)) return;
    core.options.urgent({ type: 'comm', event: 'message', id, ...payload(request) });
  }

  closed(core: Core, request: Incoming): undefined {
    const { comm_id: id } = request.content;
    if (typeof id !== 'string' || this.#open.get(id)?.closable !== true) return;
    this.remove(id);
    core.options.urgent({ type: 'comm', event: 'close', id, ...payload(request) });
  }
}

function payload({ content, metadata, buffers }: Incoming): {
  data: Content;
  metadata: Content;
  buffers: readonly Uint8Array[];
} {
  return { data: isRecord(content.data) ? content.data : {}, metadata, buffers };
}
