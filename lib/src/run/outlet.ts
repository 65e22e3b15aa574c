import type { Command } from './protocol.js';

/** What an outlet may ask of the trainer. */
export interface RunControls {
  /** Carries out a command at the next step boundary. @returns why it was refused, or `undefined` */
  command(command: Command, value?: number): string | undefined;
  /** The running cell was asked to stop. */
  interrupt(): void;
  /** Something was ended from outside: the run's cell, some code of that cell's, or code of which the cell is not known. Default: it goes on. */
  cut?(what: 'cell' | 'code' | 'unknown'): void;
}

/** Where a run shows itself while it goes on. The trainer calls it; it never changes the run. */
export interface RunOutlet {
  /** A training step goes on the stack: nothing may be terminated until {@link exitStep}. */
  enterStep(): void;
  exitStep(): void;
  /** Calls code of the user's in the name of the cell that began the run; default: as it is. */
  within?<T>(f: () => T): T;
  /** Between two steps: sends what is due and hears commands. */
  tick(): void;
  /** Sends all that is new now. */
  flush(): void;
  /** The run has ended. */
  close(): void;
  /** The run as a value, by MIME type. */
  represent(): Readonly<Record<string, unknown>>;
}
