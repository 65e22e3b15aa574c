import { RUN_MIME, snapshot, type RunRecord } from '../run/index.js';
import { label } from './label.js';
import { runFigure } from './run.js';
import { runText } from './run-text.js';
import { figureSvg } from './svg/index.js';
import { fit } from './thin.js';
import type { Figure } from './types.js';

export const PLOTLY_MIME = 'application/vnd.plotly.v1+json';
/** Largest Plotly figure in a notebook, in bytes of the file: notebooks are written with a number a line. */
export const PLOTLY_BYTES = 60_000;
/** Points of a trace that a static picture shows at most. */
const STATIC_POINTS = 1000;

/** An output in several forms, by MIME type; whoever shows it takes the richest that it knows. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/**
 * A figure as a notebook's output: a Plotly figure of at most 60 kB in the file, SVG of at most 30 kB, and text.
 * @param text what it shows, in one line
 */
export function figureBundle(figure: Figure, text: string): MimeBundle {
  const plotly = fit(figure, (thinned) => asWritten(plotlyJson(thinned)), PLOTLY_BYTES, {
    point: 34,
    rest: 12_000,
  });
  return {
    [PLOTLY_MIME]: plotlyJson(plotly.figure),
    'image/svg+xml': figureSvg(figure, { title: label(text, 300) }),
    'text/plain': text,
  };
}

/** Spaces before each line of an output's data in a notebook file. */
const INDENT = ' '.repeat(6);

/** JSON as it stands in a notebook file. */
function asWritten(data: object): string {
  return JSON.stringify(data, undefined, 1).replace(/^/gm, INDENT);
}

const plotlyJson = ({ data, layout }: Figure): object => ({
  data,
  layout,
  config: { displaylogo: false, showSendToCloud: false, responsive: true },
});

/**
 * A run as a notebook's output: a snapshot of at most 100 kB that the extension shows and follows, and a static figure for all others.
 * No HTML: converters prefer it to the picture.
 * @param seq number of the last chunk that was sent live
 */
export function runBundle(record: RunRecord, seq: number): MimeBundle {
  return {
    [RUN_MIME]: snapshot(record, { seq }),
    ...figureBundle(runFigure(record, { maxPoints: STATIC_POINTS }), runText(record)),
  };
}
