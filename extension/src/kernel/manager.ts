import type { ISessionContext } from '@jupyterlab/apputils';
import type { IRunManager, ISessionRuns } from '../tokens.js';
import { SessionRuns } from './session-runs.js';

/** One {@link SessionRuns} a session, shared by all views of a notebook. */
export class RunManager implements IRunManager {
  readonly #sessions = new WeakMap<ISessionContext, SessionRuns>();

  of(session: ISessionContext): ISessionRuns {
    const known = this.#sessions.get(session);
    if (known !== undefined && !known.isDisposed) return known;
    const runs = new SessionRuns(session);
    this.#sessions.set(session, runs);
    return runs;
  }
}
