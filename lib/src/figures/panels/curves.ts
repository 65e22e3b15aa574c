import { linearRange } from '../axis.js';
import type { Content, PanelTrace } from '../content.js';
import { label } from '../label.js';
import { markTraces } from '../marks.js';
import type { Series } from '../../run/index.js';
import type { Points } from './context.js';
import { drawn, points, scalar, title, words, type Context } from './context.js';
import { smooth } from './smooth.js';

/** The scalar series of one quantity: each batch, each epoch of training, each epoch of validation. */
interface Curve {
  base: string;
  batch: Series | undefined;
  training: Series | undefined;
  validation: Series | undefined;
}

/** Name of the quantity that a series measures: `val_accuracy` and `batch_accuracy` are accuracies. */
export const baseName = (name: string): string => name.replace(/^(batch|val)_(?=.)/, '');

/** A panel with the curves of some quantities; `undefined` when none has a row. */
export function curvesPanel(
  bases: readonly string[],
  heading: string | undefined,
  context: Context,
): Content | undefined {
  const { record, theme } = context;
  const curves = bases
    .map((base): Curve => ({
      base,
      batch: scalar(record, `batch_${base}`),
      training: scalar(record, base),
      validation: scalar(record, `val_${base}`),
    }))
    .filter(({ batch, training, validation }) => (batch ?? training ?? validation) !== undefined);
  const first = curves[0];
  if (first === undefined) return undefined;
  const several = curves.length > 1;
  const drawnCurves = curves.map((curve, i) => {
    const hue = theme.categorical[i % theme.categorical.length] as string;
    return draw(curve, several ? { training: hue, validation: hue } : theme, several, context);
  });
  const all = drawnCurves.flatMap(({ all }) => all);
  const values = [...drawn(all)];
  const range = linearRange(values, {
    ...(values.every((value) => value >= 0) ? { floor: 0 } : {}),
    ...(values.every((value) => value >= 0 && value <= 1) ? { ceiling: 1 } : {}),
  });
  const units = new Set(
    curves.map(({ batch, training, validation }) => (training ?? validation ?? batch)?.spec.unit ?? ''),
  );
  const unit = units.size === 1 ? ([...units][0] as string) : '';
  const quantity = several ? 'value' : words(first.base);
  return {
    title: label(several && heading !== undefined ? heading : title(first.base), 40),
    x: context.x,
    y: { title: label(unit === '' ? quantity : `${quantity} (${unit})`, 40), range },
    traces: [
      ...drawnCurves.flatMap(({ traces }) => traces),
      ...markTraces(
        all.flatMap(({ marks }) => marks),
        range,
        false,
        theme,
      ),
    ],
  };
}

interface Hues {
  training: string;
  validation: string;
}

function draw(
  curve: Curve,
  hues: Hues,
  several: boolean,
  context: Context,
): { traces: PanelTrace[]; all: Points[] } {
  const { theme, smoothing } = context;
  const traces: PanelTrace[] = [];
  const all: Points[] = [];
  const name = (role: string): string => {
    if (!several) return role;
    const base = label(words(curve.base), 18);
    return role === 'training' ? base : `${base}, ${role}`;
  };
  const add = (
    series: Series,
    trace: Omit<PanelTrace & { type: 'scatter' }, 'type' | 'x' | 'y' | 'hovertemplate'>,
  ): void => {
    const found = points(series, context, false);
    all.push(found);
    const { x, y } = found;
    traces.push({
      type: 'scatter',
      x,
      y,
      hovertemplate: '%{y:.4~g}',
      meta: { series: label(series.spec.name) },
      ...trace,
    });
  };
  const { batch, training, validation } = curve;
  if (batch !== undefined) {
    add(batch, {
      mode: 'lines',
      name: name('batch'),
      line: { color: hues.training, width: 1 },
      opacity: 0.4,
      ...(several ? { showlegend: false } : {}),
    });
    const raw = all[all.length - 1] as Points;
    if (smoothing > 0) {
      traces.push({
        type: 'scatter',
        mode: 'lines',
        name: name('smoothed'),
        x: raw.x,
        y: smooth(raw.y, smoothing),
        line: { color: hues.training, width: 1.5 },
        hovertemplate: '%{y:.4~g}',
        showlegend: false,
      });
    }
  }
  if (training !== undefined) {
    const many = training.length > 40;
    add(training, {
      mode: many ? 'lines' : 'lines+markers',
      name: name('training'),
      line: { color: hues.training, width: several ? 1.5 : 2.5 },
      ...(many ? {} : { marker: { color: hues.training, size: 5 } }),
    });
  }
  if (validation !== undefined) {
    const size = validation.length > 80 ? 4 : 8;
    add(validation, {
      mode: 'lines+markers',
      name: name('validation'),
      line: { color: hues.validation, width: 2.5 },
      marker: {
        color: hues.validation,
        size,
        symbol: 'circle',
        line: { color: theme.background, width: size > 4 ? 1.5 : 0 },
      },
    });
  }
  return { traces, all };
}
