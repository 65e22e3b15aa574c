/** The public surface: what a notebook imports. The record's format is in `gradoscope/run`, charts are in `gradoscope/figures`. */
import { currentHost, openOutlet, type CellRef } from './host/index.js';
import { setStage } from './training/index.js';

setStage({
  cellId: () => currentHost()?.cell().id,
  place: () => currentHost()?.cell(),
  open: (record, controls, place) => openOutlet(record, controls, place as CellRef | undefined),
  showError: (error, place) => {
    const host = currentHost();
    if (host) host.showError(error, (place as CellRef | undefined) ?? host.cell());
    else console.error(error);
  },
});

export { accelerate, type AccelerateOptions } from './accelerate/accelerate.js';
export * from './tensor/index.js';
export * from './data/index.js';
export * from './training/index.js';
export * from './host/index.js';
export * from './doctor/index.js';
export { newRunId, RunRecord } from './run/index.js';
export type { At, RunControls, RunHeader, RunOutlet, RunStatus } from './run/index.js';
