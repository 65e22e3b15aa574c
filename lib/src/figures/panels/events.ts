import type { RunRecord } from '../../run/index.js';
import { onAxis, rounded } from '../axis.js';
import { label } from '../label.js';
import type { Theme } from '../theme.js';
import type { Annotation, Figure, Shape, XAxisId, YAxisId } from '../types.js';
import { words, type Context } from './context.js';
import { suffix } from '../compose.js';

/** Lines drawn at most: the last ones. */
const MAX_LINES = 20;
/** Labels shown at most, and characters of each. */
const MAX_LABELS = 6;
const LABEL_LENGTH = 36;

interface Happening {
  x: number;
  text: string;
  full: string;
}

function happenings({ record, axis }: Pick<Context, 'record' | 'axis'>): Happening[] {
  const found: Happening[] = [];
  for (const series of (record as RunRecord).series.values()) {
    if (series.spec.kind !== 'event') continue;
    const xs = series.axis(axis);
    series.texts().forEach((text, row) => {
      const x = xs[row] as number;
      if (!onAxis(x)) return;
      const short = text !== '' && text.length <= LABEL_LENGTH ? text : words(series.spec.name);
      found.push({
        x: rounded(x),
        text: label(short, LABEL_LENGTH),
        full: label(text === '' ? words(series.spec.name) : text, 200),
      });
    });
  }
  return found.sort((a, b) => a.x - b.x).slice(-MAX_LINES);
}

/** Draws the run's events through every panel: a dotted line, and in the first panel its name. Changes `figure`. */
export function drawEvents(figure: Figure, panels: number, context: Context): void {
  const { theme } = context;
  const events = happenings(context);
  const lines = new Set(events.map(({ x }) => x));
  for (let i = 0; i < panels; i++) {
    const n = suffix(i);
    for (const x of lines)
      figure.layout.shapes.push(lineAt(x, `x${n}` as XAxisId, `y${n}` as YAxisId, theme));
  }
  const [from, to] = context.x.range;
  events.slice(-MAX_LABELS).forEach((event, i) => {
    const right = event.x > (from + to) / 2;
    figure.layout.annotations.push(named(event, i, right, theme));
  });
}

function lineAt(x: number, xref: XAxisId, y: YAxisId, theme: Theme): Shape {
  return {
    type: 'line',
    xref,
    yref: `${y} domain`,
    x0: x,
    x1: x,
    y0: 0,
    y1: 1,
    line: { color: theme.event, width: 1, dash: 'dot' },
    layer: 'above',
  };
}

function named({ x, text, full }: Happening, i: number, right: boolean, theme: Theme): Annotation {
  return {
    text,
    x,
    y: 1,
    xref: 'x',
    yref: 'y domain',
    xanchor: right ? 'right' : 'left',
    yanchor: 'top',
    xshift: right ? -4 : 4,
    yshift: -8 - i * 15,
    showarrow: false,
    font: { size: 11, color: theme.muted },
    hovertext: full,
  };
}
