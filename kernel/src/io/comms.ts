import type { Content } from '../wire/message.js';

/** The comms that the kernel's side has registered. Clients come and go without changing it. */
export class Comms {
  readonly #targets = new Map<string, string>();

  register(id: string, target: string): void {
    this.#targets.set(id, target);
  }

  remove(id: string): void {
    this.#targets.delete(id);
  }

  has(id: unknown): id is string {
    return typeof id === 'string' && this.#targets.has(id);
  }

  target(id: string): string | undefined {
    return this.#targets.get(id);
  }

  /** The `comms` of a comm_info_reply. @param target Only of this target; undefined: all. */
  info(target: unknown): Content {
    const wanted = typeof target === 'string' && target !== '' ? target : undefined;
    const found = [...this.#targets].filter(([, name]) => wanted === undefined || name === wanted);
    return Object.fromEntries(found.map(([id, name]) => [id, { target_name: name }]));
  }
}
