import type { Ack } from 'gradoscope/run';

interface Waiting {
  resolve(ack: Ack): void;
  reject(reason: Error): void;
}

/** Commands that wait for the kernel's acknowledgement, by request id. */
export class AckBook {
  readonly #waiting = new Map<string, Waiting>();

  /** Settles with the acknowledgement of `request`, or fails when the kernel goes away first. */
  expect(request: string): Promise<Ack> {
    return new Promise((resolve, reject) => this.#waiting.set(request, { resolve, reject }));
  }

  /** @returns false when the acknowledgement is another client's */
  settle(ack: Ack): boolean {
    const waiting = this.#waiting.get(ack.request);
    this.#waiting.delete(ack.request);
    waiting?.resolve(ack);
    return waiting !== undefined;
  }

  /** Gives up on all commands. */
  fail(reason: Error): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(reason);
  }
}
