import { SaxesParser } from 'saxes';
import type { Figure, HeatmapTrace, ScatterTrace } from '../../../lib/dist/figures/index.js';

/** Names that try to be more than names. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '<a href="javascript:alert(1)">x</a>',
  '&lt;b&gt; & "quotes" \'single\'',
  '%{y} %{fullData.name} $\\frac{1}{2}$',
  '\u0000\u0007\u202ereversed\ud800 ]]> \ufffe',
  `long ${'<b>'.repeat(3500)}`,
];

/** Every text of a figure's JSON. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

export const scatters = (figure: Figure): ScatterTrace[] =>
  figure.data.filter((trace): trace is ScatterTrace => trace.type === 'scatter');
export const heatmaps = (figure: Figure): HeatmapTrace[] =>
  figure.data.filter((trace): trace is HeatmapTrace => trace.type === 'heatmap');

export function named(figure: Figure, name: string): ScatterTrace {
  const found = scatters(figure).find((trace) => trace.name === name);
  if (found === undefined)
    throw new Error(`no trace ${name} among ${figure.data.map((trace) => trace.name).join(', ')}`);
  return found;
}

/** All numbers that axes and traces hold are finite: JSON would make null of the others. */
export function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersOf);
}

/**
 * @returns every element of `xml` with its attributes
 * @throws when it is not well-formed, namespaces included
 */
export function elementsOf(xml: string): { name: string; attributes: Record<string, string> }[] {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ name, attributes }) => {
    elements.push({
      name,
      attributes: Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value])),
    });
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return elements;
}
