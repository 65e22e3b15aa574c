import { isRecord, type Header, type Incoming, type Outgoing } from '../wire/message.js';

export interface Question {
  readonly id: number;
  /** Number of the cell that asks. */
  readonly seq: number;
  readonly prompt: string;
  readonly password: boolean;
}

interface Asked extends Question {
  readonly client: string;
  readonly msgId: string;
}

export interface PromptsOptions {
  readonly header: (type: string) => Header;
  /** @param failed Called when the client has gone. */
  readonly send: (identities: readonly Uint8Array[], message: Outgoing, failed: () => void) => void;
  /** Tells the cell. */
  readonly answer: (id: number, answer: { readonly value: string } | { readonly error: string }) => void;
}

/** Questions of cells to the clients that run them, one at a time for each client. */
export class Prompts {
  readonly #waiting: { question: Question; request: Incoming }[] = [];
  #asked: Asked | undefined;

  constructor(private readonly options: PromptsOptions) {}

  /** @param request The execute request of the cell that asks. */
  ask(question: Question, request: Incoming): void {
    this.#waiting.push({ question, request });
    this.#next();
  }

  #next(): void {
    if (this.#asked) return;
    const next = this.#waiting.shift();
    if (!next) return;
    const { question, request } = next;
    const header = this.options.header('input_request');
    const asked: Asked = { ...question, client: client(request), msgId: header.msg_id };
    this.#asked = asked;
    const content = { prompt: question.prompt, password: question.password };
    this.options.send(
      request.identities,
      { type: 'input_request', parent: request.header, content, header },
      () =>
        this.#settle(asked, {
          error:
            'The client that runs this cell has no stdin channel, or has gone; nobody can answer. Run the cell in a client that takes input.',
        }),
    );
  }

  /** A client's input_reply; it is dropped when it is not for the question that is asked now. */
  take(reply: Incoming): void {
    const asked = this.#asked;
    if (!asked || client(reply) !== asked.client) return;
    // jupyter_client names no parent.
    if (reply.parent && reply.parent.msg_id !== asked.msgId && reply.parent.msg_type === 'input_request')
      return;
    const { value } = reply.content;
    this.#settle(asked, {
      value: typeof value === 'string' ? value : isRecord(value) ? '' : String(value ?? ''),
    });
  }

  /** The cell has ended: what it asked is void. */
  cancel(seq: number): void {
    for (let i = this.#waiting.length - 1; i >= 0; i--)
      if (this.#waiting[i]?.question.seq === seq) this.#waiting.splice(i, 1);
    if (this.#asked?.seq === seq) this.#asked = undefined;
    this.#next();
  }

  #settle(asked: Asked, answer: { readonly value: string } | { readonly error: string }): void {
    if (this.#asked !== asked) return;
    this.#asked = undefined;
    this.options.answer(asked.id, answer);
    this.#next();
  }
}

function client(message: Incoming): string {
  return message.identities.map((id) => Buffer.from(id).toString('hex')).join(' ');
}
