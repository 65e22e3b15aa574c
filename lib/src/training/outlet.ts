import type { RunControls, RunOutlet, RunRecord } from '../run/index.js';

/** Where runs show themselves, given from outside so that training depends on no host. */
export interface Stage {
  /** The notebook cell that is running, where it has an id. */
  cellId(): string | undefined;
  /** The place of the code that calls, to be given to `open` later, when other code may be running. */
  place?(): unknown;
  open(record: RunRecord, controls: RunControls, place: unknown): RunOutlet;
  /** Shows an error of a background run that nobody waits for. Default: on stderr. */
  showError?(error: unknown, place: unknown): void;
}

/** Where a run begins: taken at once, used when its data has been checked. */
export interface Beginning {
  readonly cellId: string | undefined;
  readonly place: unknown;
}

const silent: RunOutlet = {
  enterStep() {},
  exitStep() {},
  tick() {},
  flush() {},
  close() {},
  represent: () => ({ 'text/plain': 'run' }),
};

let stage: Stage = { cellId: () => undefined, open: () => silent };

/** Sets the stage of all runs that begin from now on. */
export function setStage(next: Stage): void {
  stage = next;
}

export function beginning(): Beginning {
  return { cellId: stage.cellId(), place: stage.place?.() };
}

export function openRunOutlet(
  record: RunRecord,
  controls: RunControls,
  { place }: Pick<Beginning, 'place'>,
): RunOutlet {
  return stage.open(record, controls, place);
}

export function showRunError(error: unknown, { place }: Pick<Beginning, 'place'>): void {
  if (stage.showError) stage.showError(error, place);
  else console.error(error);
}
