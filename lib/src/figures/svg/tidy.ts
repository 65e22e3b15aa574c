import { hash } from '../hash.js';

/** Turns ECharts' server-side SVG into a small picture that needs nothing around it. Each step knows one habit of that renderer. */
export function tidy(svg: string, options: { font: string; title?: string | undefined }): string {
  const bare = svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '') // hover rules for its own scripts
    .replace(/ (?:ecmeta_\w+|class|pointer-events|xml:space|xmlns:xlink|baseProfile)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, css: string) => fontAttributes(css))
    .replace(
      / transform="([^"]*)"/g,
      (_, value: string) => ` transform="${value.replace(NUMBER, (n) => round(Number(n), 100))}"`,
    )
    .replace(CIRCLE, (_, matrix: string, rest: string) => circle(matrix, rest))
    .replace(/ d="([^"]*)"/g, (_, path: string) => ` d="${shortPath(path)}"`)
    .replace(/><\/(path|rect|circle)>/g, '/>');
  const whole = ownIds(oneClipEach(joinStrokes(bare))).replace(/\n\s*\n/g, '\n');
  return whole.replace(/^<svg ([^>]*)>/, (_, attributes: string) =>
    open(attributes, options.font, options.title),
  );
}

const NUMBER = /-?\d*\.?\d+(?:e[-+]?\d+)?/g;
const round = (value: number, parts: number): string =>
  String(Math.round(value * parts) / parts).replace(/^(-?)0\./, '$1.');

function open(attributes: string, font: string, title: string | undefined): string {
  const start = `<svg ${attributes} font-family="${escapeXml(font)}"`;
  return title === undefined ? `${start}>` : `${start} role="img">\n<title>${escapeXml(title)}</title>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ESCAPES[character] as string);

/** The font family stands once, at the top. */
function fontAttributes(css: string): string {
  const size = /font-size:([\d.]+)px/.exec(css)?.[1];
  const weight = /font-weight:(\w+)/.exec(css)?.[1];
  return (
    (size === undefined ? '' : ` font-size="${size}"`) +
    (weight === undefined ? '' : ` font-weight="${weight}"`)
  );
}

// A round marker: the unit circle as a path, scaled and moved.
const CIRCLE =
  /<path d="M1 0A1 1 0 1 1 1 -[\d.]+A1 1 0 0 1 1 0" transform="matrix\(([^)]*)\)"([^>]*)><\/path>/g;

function circle(matrix: string, rest: string): string {
  const [radius = 1, , , , x = 0, y = 0] = matrix.split(',').map(Number);
  const scaled = rest.replace(
    / stroke-width="([^"]*)"/,
    (_, width: string) => ` stroke-width="${round(Number(width) * radius, 10)}"`,
  );
  return `<circle cx="${round(x, 10)}" cy="${round(y, 10)}" r="${round(radius, 10)}"${scaled}/>`;
}

/** Tenths of a pixel, and in lines the way from point to point: half the length. Rounding does not add up. */
function shortPath(path: string): string {
  const tenths = (n: string): number => Math.round(Number(n) * 10);
  if (!/^(?:[ML]-?[\d.e+-]+ -?[\d.e+-]+|Z)+$/.test(path))
    return path.replace(NUMBER, (n) => round(Number(n), 10));
  let [x, y] = [0, 0];
  let out = '';
  let last = '';
  for (const [, command = 'Z', px = '0', py = '0'] of path.matchAll(/([ML])(\S+?) ([^MLZ]+)|Z/g)) {
    if (command === 'Z') {
      out += 'z';
    } else if (command === 'M') {
      [x, y] = [tenths(px), tenths(py)];
      out += `M${round(x / 10, 10)} ${round(y / 10, 10)}`;
    } else {
      const [dx, dy] = [tenths(px) - x, tenths(py) - y];
      if (dx === 0 && dy === 0 && last === 'L') continue;
      [x, y] = [x + dx, y + dy];
      out += `${last === 'L' ? joint(dx) : 'l'}${round(dx / 10, 10)}${joint(dy)}${round(dy / 10, 10)}`;
    }
    last = command;
  }
  return out;
}

const joint = (n: number): string => (n < 0 ? '' : ' ');

/** Neighbours without a fill that look the same (grid lines, ticks) are one path. */
function joinStrokes(svg: string): string {
  let previous = '';
  const lines: string[] = [];
  for (const line of svg.split('\n')) {
    const match = /^<path d="([^"]*)" (fill="none"[^>]*)\/>$/.exec(line);
    if (match !== null && match[2] === previous && !previous.includes('opacity')) {
      lines[lines.length - 1] = (lines[lines.length - 1] as string).replace(
        /" fill="none"/,
        `${match[1]}" fill="none"`,
      );
    } else lines.push(line);
    previous = match?.[2] ?? '';
  }
  return lines.join('\n');
}

/** Lines of one panel are cut off by one shape, defined once. */
function oneClipEach(svg: string): string {
  const first = new Map<string, string>();
  const same = new Map<string, string>();
  const kept = svg.replace(
    /<clipPath id="([^"]*)">([\s\S]*?)<\/clipPath>\n?/g,
    (whole, id: string, shape: string) => {
      const known = first.get(shape);
      if (known === undefined) first.set(shape, id);
      else same.set(id, known);
      return known === undefined ? whole : '';
    },
  );
  return kept
    .replace(/url\(#([^)]*)\)/g, (_, id: string) => `url(#${same.get(id) ?? id})`)
    .replace(/<g clip-path="([^"]*)">\n((?:(?!<\/?g)[^\n]*\n)*)<\/g>(?:\n<g clip-path="\1">\n(?:(?!<\/?g)[^\n]*\n)*<\/g>)+/g, (all, clip: string) =>
      `<g clip-path="${clip}">\n${all.replace(/<\/?g[^>]*>\n?/g, '').replace(/\n$/, '')}\n</g>`); // prettier-ignore
}

/** Several pictures may stand in one page: their ids begin with a hash of what they show. */
function ownIds(svg: string): string {
  const names = [...new Set([...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id as string))];
  const neutral = names.reduce(
    (text, id, i) => text.replaceAll(`id="${id}"`, `id="@${i}"`).replaceAll(`url(#${id})`, `url(#@${i})`),
    svg,
  );
  const own = `g${hash(neutral)}-`;
  return neutral.replaceAll('id="@', `id="${own}`).replaceAll('url(#@', `url(#${own}`);
}
