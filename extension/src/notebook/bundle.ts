import { runText } from 'gradoscope/figures';
import type * as Module from 'gradoscope/figures/bundle';
import { RUN_MIME, snapshot } from 'gradoscope/run';

type RunBundle = typeof Module.runBundle;

let loading: Promise<RunBundle> | undefined;

/**
 * What writes a run as a notebook's output, as the kernel does. It comes with ECharts, in a chunk of its own that is fetched when
 * an output is to be put back. Where that fails the snapshot and a line of text must do, and the next output tries again.
 */
export function loadRunBundle(): Promise<RunBundle> {
  loading ??= import('gradoscope/figures/bundle').then(
    (module) => module.runBundle,
    (error: unknown) => {
      loading = undefined;
      console.warn('Gradoscope: the pictures of a run for the file could not be drawn.', error);
      return (record, seq) => ({ [RUN_MIME]: snapshot(record, { seq }), 'text/plain': runText(record) });
    },
  );
  return loading;
}
