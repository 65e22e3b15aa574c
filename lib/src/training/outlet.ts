import type { RunControls, RunOutlet, RunRecord } from '../run/index.js';

/** Where runs show themselves, given from outside so that training depends on no host. */
export interface Stage {
  /** The notebook cell that is running, where it has an id. */
  cellId(): string | undefined;
  open(record: RunRecord, controls: RunControls): RunOutlet;
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

export function openRunOutlet(record: RunRecord, controls: RunControls): RunOutlet {
  return stage.open(record, controls);
}

export function runCellId(): string | undefined {
  return stage.cellId();
}
