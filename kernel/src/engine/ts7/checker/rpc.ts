import type { Readable, Writable } from 'node:stream';

type Params = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The other side's answer is an error. */
export class RpcError extends Error {}

const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * JSON-RPC over a pair of streams, framed by Content-Length: the small part of it that a language client needs. The
 * libraries for it take longer to load than the server takes to start.
 */
export class Rpc {
  readonly #waiting = new Map<number, Waiting>();
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = 0;
  #next = 0;
  #closed: Error | undefined;

  /** @param answer Answers the server's own requests. */
  constructor(
    input: Readable,
    private readonly output: Writable,
    private readonly answer: (method: string, params: Params) => unknown,
  ) {
    input.on('data', (chunk: Buffer) => this.#take(chunk));
    // A server that ended says so by the process; a failed write must not end the kernel.
    output.on('error', () => undefined);
  }

  /** @throws Error as the server answers, or as `close` was told. */
  request(method: string, params?: Params): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = ++this.#next;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send(params ? { id, method, params } : { id, method });
    });
  }

  notify(method: string, params?: Params): void {
    if (!this.#closed) this.#send(params ? { method, params } : { method });
  }

  /** Ends whatever waits for an answer. */
  close(error: Error): void {
    this.#closed ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.output.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  /** A long answer comes in many chunks: they are joined once all of it is there. */
  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    let buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#needed = 0;
    for (;;) {
      const end = buffer.indexOf(HEADER_END);
      if (end < 0) break;
      const length = Number(/Content-Length: *(\d+)/i.exec(buffer.toString('latin1', 0, end))?.[1] ?? 0);
      const start = end + HEADER_END.length;
      if (buffer.length < start + length) {
        this.#needed = start + length;
        break;
      }
      const body = buffer.toString('utf8', start, start + length);
      buffer = buffer.subarray(start + length);
      this.#receive(JSON.parse(body) as Message);
    }
    this.#chunks = buffer.length === 0 ? [] : [buffer];
    this.#size = buffer.length;
  }

  #receive({ id, method, params, result, error }: Message): void {
    if (method !== undefined) {
      if (id !== undefined) this.#send({ id, result: this.answer(method, params ?? {}) ?? null });
      return;
    }
    const waiting = this.#waiting.get(Number(id));
    if (!waiting) return;
    this.#waiting.delete(Number(id));
    if (error) waiting.reject(new RpcError(`${error.message} (${error.code})`));
    else waiting.resolve(result);
  }
}
