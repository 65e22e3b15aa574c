import type { Axis, Figure } from '../types.js';

export interface Size {
  /** Pixels (default 900). */
  width?: number;
  /** Pixels (default: the figure's own height). */
  height?: number;
}

/** One axis in pixels. */
export interface Scale {
  axis: Axis;
  /** Pixels of the axis's first and last value: left and right, or bottom and top. */
  from: number;
  to: number;
  /** Part of the way from the axis's first value to its last. */
  part(value: number): number;
  pixel(value: number): number;
}

/** Where everything of a figure lies in a picture of a size. */
export class Plane {
  readonly width: number;
  readonly height: number;
  readonly #left: number;
  readonly #top: number;
  readonly #across: number;
  readonly #down: number;

  constructor(
    readonly figure: Figure,
    size: Size = {},
  ) {
    const { margin, height } = figure.layout;
    this.width = size.width ?? 900;
    this.height = size.height ?? height;
    this.#left = margin.l;
    this.#top = margin.t;
    this.#across = this.width - margin.l - margin.r;
    this.#down = this.height - margin.t - margin.b;
  }

  paperX(x: number): number {
    return this.#left + x * this.#across;
  }

  paperY(y: number): number {
    return this.#top + (1 - y) * this.#down;
  }

  x(id: string): Scale {
    const axis = this.figure.layout[`xaxis${id.slice(1)}`] as Axis;
    return scale(axis, this.paperX(axis.domain[0]), this.paperX(axis.domain[1]));
  }

  y(id: string): Scale {
    const axis = this.figure.layout[`yaxis${id.slice(1)}`] as Axis;
    return scale(axis, this.paperY(axis.domain[0]), this.paperY(axis.domain[1]));
  }
}

function scale(axis: Axis, from: number, to: number): Scale {
  const part = (value: number): number => partOf(axis, axis.type === 'log' ? Math.log10(value) : value);
  return { axis, from, to, part, pixel: (value) => from + part(value) * (to - from) };
}

/** Part of the way along an axis of a position in units of its range: an exponent on a log axis. */
export function partOf({ range: [first, last] }: Axis, position: number): number {
  return (position - first) / (last - first);
}
