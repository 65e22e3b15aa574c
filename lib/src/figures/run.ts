import type { Axis, RunRecord, Series } from '../run/index.js';
import { spanRange } from './axis.js';
import { compose, WIDTH } from './compose.js';
import type { Content } from './content.js';
import { baseName, curvesPanel } from './panels/curves.js';
import { scalar, type Context } from './panels/context.js';
import { drawEvents } from './panels/events.js';
import { emptyPanel } from './panels/empty.js';
import { ratePanel } from './panels/rate.js';
import { unknownVector, vectorPanel } from './panels/vector.js';
import { themeOf } from './theme.js';
import type { Figure } from './types.js';

export interface RunFigureOptions {
  /** Points of a trace at most (default 1,000; a shorter run is drawn whole). */
  maxPoints?: number;
  /** Colours for a dark page (default false). */
  dark?: boolean;
  /** Width in pixels for which panels are arranged (default 900); below 720 they are stacked. */
  width?: number;
  /** Weight of the past, from 0 to below 1, in an added smoothed line of the loss of each batch (default 0: none). */
  smoothing?: number;
}

/** Scalars that have a panel of their own or belong to another. */
const APART = new Set(['learning_rate', 'global_gradient_norm']);

/**
 * A run as a figure: loss, metrics, gradient norm of every layer on a log axis, and whatever else it recorded, over epochs.
 * Values that are not finite are crosses on a panel's edge; events are vertical lines.
 * @throws RangeError when an option is out of range
 */
export function runFigure(record: RunRecord, options: RunFigureOptions = {}): Figure {
  const { maxPoints = 1000, dark = false, width = WIDTH, smoothing = 0 } = options;
  check('maxPoints', maxPoints, 3, Infinity);
  check('width', width, 200, 10_000);
  check('smoothing', smoothing, 0, 0.9999);
  const axis = axisOf(record);
  const context: Context = {
    record,
    theme: themeOf(dark),
    axis,
    x: { title: axis, range: spanRange(positions(record, axis), 0) },
    maxPoints: Math.floor(maxPoints),
    smoothing,
  };
  const contents = panelsOf(context);
  const figure = compose(contents, {
    theme: context.theme,
    width,
    uirevision: record.id,
    datarevision: revision(record, [maxPoints, dark, width, smoothing]),
    hovermode: contents.some(({ traces }) => traces.some(({ type }) => type === 'heatmap'))
      ? 'closest'
      : 'x unified',
    linkX: true,
  });
  drawEvents(figure, contents.length, context);
  return figure;
}

function panelsOf(context: Context): Content[] {
  const { record } = context;
  const all = [...record.series.values()].filter(({ length }) => length > 0);
  const scalars = all.filter(({ spec }) => spec.kind === 'scalar' && !APART.has(spec.name));
  const bases = [...new Set(scalars.map(({ spec }) => baseName(spec.name)))].filter(
    (base) => base !== 'loss',
  );
  const units = [...new Set(bases.map((base) => unitOf(scalars, base)))];
  const norms = record.series.get('gradient_norm');
  const layers = norms?.spec.kind === 'vector' ? norms : undefined;
  const others = all.filter(
    (series) => (series.spec.kind === 'vector' || series.spec.kind === 'histogram') && series !== layers,
  );
  const panels: (Content | undefined)[] = [
    curvesPanel(['loss'], undefined, context),
    ...units.map((unit) => {
      const same = bases.filter((base) => unitOf(scalars, base) === unit);
      return curvesPanel(same, unit === '' ? 'Metrics' : `Metrics in ${unit}`, context);
    }),
    vectorPanel(
      {
        series: layers,
        total: scalar(record, 'global_gradient_norm'),
        heading: 'Gradient norm by layer',
        yTitle: 'L2 norm',
        totalName: 'all layers',
        log: true,
      },
      context,
    ),
    ...others.map((series) => unknownVector(series, context)),
    ratePanel(context),
  ];
  const filled = panels.filter((panel): panel is Content => panel !== undefined);
  return filled.length > 0 ? filled : [emptyPanel(context)];
}

const unitOf = (scalars: readonly Series[], base: string): string =>
  scalars.find(({ spec }) => baseName(spec.name) === base)?.spec.unit ?? '';

/** Epochs are the x axis, unless the run counts none: then steps are. */
function axisOf(record: RunRecord): Axis {
  const some = [...record.series.values()].filter(({ length }) => length > 0);
  return some.length === 0 || some.some((series) => series.axis('epoch').some((epoch) => epoch > 0))
    ? 'epoch'
    : 'step';
}

/** All positions: a resumed run may go back, so the last one need not be the largest. */
function* positions(record: RunRecord, axis: Axis): Generator<number> {
  for (const series of record.series.values()) for (const position of series.axis(axis)) yield position;
}

function revision(record: RunRecord, options: readonly unknown[]): string {
  const counts = [...record.series.values()].map(({ length, count }) => `${length}/${count}`);
  return [...counts, ...options].join(' ');
}

function check(name: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) {
    throw new RangeError(`runFigure: ${name} must be from ${min} to ${max}, got ${String(value)}.`);
  }
}
