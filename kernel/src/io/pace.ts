import { DIRECT_BYTES, DIRECT_MESSAGES, SERVER_BYTES, SERVER_MESSAGES, Window } from './window.js';

/** One who has more waiting leaves this part of the limits to the others. */
const SHARE_OF_LONG = 0.9;

interface Limiter {
  readonly messages: Window;
  readonly bytes: Window;
}

/** When the next message of iopub may leave. */
export class Pace {
  readonly #server: Limiter;
  readonly #memory: Limiter;

  /** @param direct Whether all clients read the sockets themselves; else the Jupyter server's limits hold too. */
  constructor(
    now: () => number,
    private readonly direct: () => boolean,
  ) {
    this.#server = { messages: new Window(SERVER_MESSAGES, now), bytes: new Window(SERVER_BYTES, now) };
    this.#memory = { messages: new Window(DIRECT_MESSAGES, now), bytes: new Window(DIRECT_BYTES, now) };
  }

  /**
   * Milliseconds to wait; 0: none.
   * @param bytes Of stream text; other messages count as messages only.
   * @param long More waits behind this one.
   */
  delay(bytes: number, long: boolean): number {
    const share = long ? SHARE_OF_LONG : 1;
    const limiters = this.direct() ? [this.#memory] : [this.#memory, this.#server];
    const delays = limiters.map((l) => Math.max(l.messages.delay(1, share), l.bytes.delay(bytes, share)));
    return Math.max(...delays);
  }

  /** A message has left. */
  take(bytes: number): void {
    for (const { messages, bytes: taken } of [this.#memory, this.#server]) {
      messages.take(1);
      if (bytes > 0) taken.take(bytes);
    }
  }

  /** The server forgets what it counted when it sees `idle`. */
  idle(): void {
    this.#server.messages.clear();
    this.#server.bytes.clear();
  }
}
