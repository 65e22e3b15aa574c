import {
  snapshot,
  type JsonObject,
  type RunControls,
  type RunOutlet,
  type RunRecord,
  type RunStatus,
} from '../run/index.js';

export const DISPLAY = Symbol.for('Jupyter.display');
export const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** A training run: its record, and what became of it. */
export class Run {
  constructor(
    readonly record: RunRecord,
    private readonly outlet: RunOutlet,
    private readonly controls: Pick<RunControls, 'command'>,
  ) {}

  get id(): string {
    return this.record.id;
  }

  get status(): RunStatus {
    return this.record.header.status;
  }

  /** Why it ended, in words; empty while it goes on. */
  get reason(): string {
    return this.record.header.reason ?? '';
  }

  /** Pauses it at the next step boundary; it keeps its place. */
  pause(): void {
    if (!this.record.ended) this.controls.command('pause');
  }

  /** Lets it go on after a pause. */
  resume(): void {
    if (!this.record.ended) this.controls.command('resume');
  }

  /** Ends it at the next step boundary. */
  stop(): void {
    if (!this.record.ended) this.controls.command('stop');
  }

  /** The values of every epoch by name, as Keras's history: `loss`, metrics, `val_loss`, … */
  get history(): Readonly<Record<string, readonly number[]>> {
    const entries = [...this.record.series.values()]
      .filter(({ spec }) => spec.kind === 'scalar' && !PER_STEP.test(spec.name))
      .map((series) => [series.spec.name, Array.from(series.values())] as const);
    return Object.fromEntries(entries);
  }

  /** The whole record as JSON, undecimated. */
  toJSON(): JsonObject {
    return snapshot(this.record, { maxBytes: Infinity });
  }

  [DISPLAY](): Readonly<Record<string, unknown>> {
    return this.outlet.represent();
  }

  [INSPECT](): string {
    return String(this.outlet.represent()['text/plain']);
  }
}

/** Scalars that are written at each step, not each epoch. */
const PER_STEP = /^(?:batch_.*|global_gradient_norm|learning_rate)$/;
