import { runText } from '../figures/run-text.js';
import type { RunOutlet, RunRecord } from '../run/index.js';

const REDRAW_MS = 100;
const ERASE_LINE = '\r\x1b[2K';

/** The part of a terminal stream that the outlet needs. */
export interface LineStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** One progress line in a terminal, redrawn in place; where the output is not a terminal, a line an epoch. */
export class TerminalOutlet implements RunOutlet {
  #last = 0;

  constructor(
    private readonly record: RunRecord,
    private readonly stream: LineStream = process.stdout,
  ) {}

  enterStep(): void {
    // nothing terminates a step here
  }

  exitStep(): void {
    // nothing terminates a step here
  }

  tick(): void {
    const now = performance.now();
    if (this.stream.isTTY !== true || now - this.#last < REDRAW_MS) return;
    this.#last = now;
    this.stream.write(ERASE_LINE + this.#line());
  }

  /** Called at the end of an epoch. */
  flush(): void {
    if (this.stream.isTTY !== true) this.stream.write(`${this.#line()}\n`);
  }

  close(): void {
    this.stream.write(`${this.stream.isTTY === true ? ERASE_LINE : ''}${this.#line()}\n`);
  }

  represent(): Readonly<Record<string, unknown>> {
    return { 'text/plain': runText(this.record) };
  }

  #line(): string {
    return runText(this.record).slice(0, (this.stream.columns ?? 200) - 1);
  }
}
