import type { Header } from '../wire/message.js';

/**
 * Who listens. Between a page and the kernel stands a Jupyter server, which drops output that comes too fast; a client
 * that has started this process, such as nbclient, reads all. A client shows what it is by its message ids: jupyter_client
 * makes them of the session, its process id and a number, and names its process in JPY_PARENT_PID.
 * A server names the notebook in JPY_SESSION_NAME, and passes on the pages' own ids.
 */
export class Audience {
  readonly #parent: string | undefined;
  #direct: boolean | undefined;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.#parent = env.JPY_SESSION_NAME === undefined ? env.JPY_PARENT_PID : undefined;
  }

  /** A request has come. One of another client, and output is paced from then on. */
  heard({ msg_id: id, session }: Pick<Header, 'msg_id' | 'session'>): void {
    if (this.#direct === false) return;
    this.#direct = this.#parent !== undefined && id.startsWith(`${session}_${this.#parent}_`);
  }

  /** All clients so far read the sockets themselves. */
  get direct(): boolean {
    return this.#direct === true;
  }
}
