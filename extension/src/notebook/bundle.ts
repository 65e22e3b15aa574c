import { runFigure, runText } from 'gradoscope/figures';
import { RUN_MIME, snapshot, type RunRecord } from 'gradoscope/run';

const PLOTLY_MIME = 'application/vnd.plotly.v1+json';
/** Largest static figure in an output, in bytes of JSON. */
const FIGURE_BYTES = 60_000;

/** What an output holds of a run: the snapshot, and for other readers a static figure and a line of text. */
export async function outputBundle(record: RunRecord, seq: number): Promise<Record<string, unknown>> {
  return {
    [RUN_MIME]: snapshot(record, { seq }),
    [PLOTLY_MIME]: staticFigure(record),
    'text/plain': runText(record),
  };
}

/** The run's figure with as many points as fit. */
function staticFigure(record: RunRecord): unknown {
  for (let maxPoints = 400; ; maxPoints = Math.floor(maxPoints / 2)) {
    const { data, layout } = runFigure(record, { maxPoints });
    const figure = { data, layout };
    if (maxPoints < 20 || JSON.stringify(figure).length <= FIGURE_BYTES) return figure;
  }
}
