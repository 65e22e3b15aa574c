import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { RunRecord } from 'gradoscope/run';
import type { RunModel } from '../model/run-model.js';
import type { ISessionRuns } from '../tokens.js';
import { loadRunBundle } from './bundle.js';
import { addOutput, outputsOf, snapshotIn } from './outputs.js';

/** Milliseconds between two rewrites of an output while its run goes on. */
const REWRITE_MS = 20_000;

/**
 * Keeps the runs of a notebook's kernel in the notebook when the page that began them is gone. The output of a running cell is
 * not in the file unless that was saved meanwhile, and the kernel's later updates of it reach no page but the one that began it.
 * So, for each run that a kernel already holds when it is connected: an output that is missing is put back under its cell, and
 * the snapshot in it is brought up to date now and then and when the run ends.
 */
export class NotebookKeeper {
  /** Runs being followed. */
  readonly #kept = new Set<string>();
  /** Runs whose output was in this notebook since it was opened: one that is missing now was removed on purpose. */
  readonly #placed = new Set<string>();

  constructor(
    private readonly context: DocumentRegistry.IContext<INotebookModel>,
    private readonly runs: ISessionRuns,
  ) {
    runs.listed.connect(this.#onListed, this);
    void context.ready.then(() => this.#onListed(runs, runs.live));
  }

  #onListed(_: ISessionRuns, ids: readonly string[]): void {
    if (!this.context.isReady || this.context.isDisposed) return;
    for (const id of ids) {
      if (this.#kept.has(id)) continue;
      this.#kept.add(id);
      this.#keep(id);
    }
  }

  /** Follows a run until it has ended and is in the notebook, or the kernel that holds it is gone. */
  #keep(id: string): void {
    const lease = this.runs.use(id);
    const { model } = lease;
    let wasLive = model.live;
    let settled = false;
    let last = -Infinity;
    let writing = false;
    let stopped = false;

    const follow = async (): Promise<void> => {
      if (model.record === undefined || !model.synced || writing) return;
      writing = true;
      try {
        if (!settled) {
          settled = true;
          if (!(await this.#putBack(model))) return stop();
          last = Date.now();
        }
        // Where the run ends while its output is written, that is written once more.
        while (!stopped && (model.record.ended || Date.now() - last >= REWRITE_MS)) {
          last = Date.now();
          if (await this.#rewrite(model)) stop();
        }
      } finally {
        writing = false;
      }
    };
    const onChanged = (): void => {
      if (wasLive && !model.live) stop();
      else void follow();
      wasLive = model.live;
    };
    const stop = (): void => {
      stopped = true;
      this.#kept.delete(id);
      model.changed.disconnect(onChanged);
      this.context.disposed.disconnect(stop);
      lease.dispose();
    };
    model.changed.connect(onChanged);
    this.context.disposed.connect(stop);
    void follow();
  }

  /** @returns false when the run has no place in this notebook */
  async #putBack(model: RunModel): Promise<boolean> {
    const isThere = (): boolean => outputsOf(this.context.model, model.id).length > 0;
    if (!isThere()) {
      const { record } = model;
      if (record === undefined || this.#removed(record)) return false;
      const runBundle = await loadRunBundle();
      // Read now: both grow together while something is waited for.
      const { record: now = record, seq } = model;
      const { cellId } = now.header;
      if (cellId === undefined || this.context.isDisposed) return false;
      if (!isThere() && !addOutput(this.context.model, cellId, runBundle(now, seq))) return false;
    }
    this.#placed.add(model.id);
    return true;
  }

  /** Has someone removed the output? So it was if it was here before, or if the notebook was saved without it after the run. */
  #removed(record: RunRecord): boolean {
    if (this.#placed.has(record.id)) return true;
    if (!record.ended) return false;
    const times = [...record.series.values()].map((series) => series.axis('time').at(-1) ?? 0);
    const ended = Date.parse(record.header.createdAt) + 1000 * Math.max(0, ...times);
    return Date.parse(this.context.contentsModel?.last_modified ?? '') > ended;
  }

  /** @returns true when what it wrote is the run's end */
  async #rewrite(model: RunModel): Promise<boolean> {
    const runBundle = await loadRunBundle();
    const { id, record, seq } = model;
    if (record === undefined || this.context.isDisposed) return true;
    const isOld = (output: ReturnType<typeof outputsOf>[number]): boolean =>
      (snapshotIn(output)?.seq ?? 0) < seq;
    const old = outputsOf(this.context.model, id).filter(isOld);
    const data = old.length > 0 ? (runBundle(record, seq) as never) : undefined;
    for (const output of old) if (data !== undefined) output.setData({ data });
    return record.ended;
  }
}
