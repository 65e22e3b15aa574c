import type { ISessionContext } from '@jupyterlab/apputils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Token } from '@lumino/coreutils';
import type { RunModel } from './model/run-model.js';

/** A share in a run's model; the model is followed while anyone holds one. */
export interface RunLease extends IDisposable {
  readonly model: RunModel;
}

/** The runs of one session (a notebook with its kernel): one model a run, however many views show it. */
export interface ISessionRuns {
  /** The model of run `id`, attached to the session's kernel while that holds the run. */
  use(id: string): RunLease;
  /** Ids of the runs that a kernel holds, each time that one has been connected and asked. */
  readonly listed: ISignal<ISessionRuns, readonly string[]>;
  /** The ids last listed. */
  readonly live: readonly string[];
}

/** Finds the runs of a session. */
export interface IRunManager {
  of(session: ISessionContext): ISessionRuns;
}

export const IRunManager = new Token<IRunManager>(
  'gradoscope-labextension:IRunManager',
  'Follows training runs in the kernels of open notebooks.',
);
