import { describe } from './describe.js';
import { escapeMarkdown, escapeMarkup } from './escape.js';
import { Rich } from './rich.js';

/** A function of a whole text, and a tag of templates. */
export interface Markup {
  /** @throws TypeError when `text` is not a string */
  (text: string): Rich;
  (strings: TemplateStringsArray, ...values: readonly unknown[]): Rich;
}

interface Format {
  readonly name: string;
  readonly type: string;
  readonly escape: (text: string) => string;
  /** The literal parts as they are typed, without escape sequences. */
  readonly raw?: boolean;
  readonly check?: (text: string) => string;
  readonly text: (content: string) => string;
}

/**
 * HTML, as it is given. As a tag, values are put in as text: `` html`<b>${name}</b>` `` is safe whatever `name` holds;
 * what `html` made is put in as it is, lists are joined, `null` and `undefined` are nothing.
 */
export const html: Markup = markup({
  name: 'html',
  type: 'text/html',
  escape: escapeMarkup,
  text: withoutTags,
});

/** Markdown. As a tag, values are put in as text, their Markdown characters escaped; what `md` made is put in as it is. */
export const md: Markup = markup({
  name: 'md',
  type: 'text/markdown',
  escape: escapeMarkdown,
  text: (content) => content,
});

/** An SVG picture: one `<svg>` element. As a tag, values are put in as text; what `svg` made is put in as it is. @throws TypeError when there is no `<svg>` */
export const svg: Markup = markup({
  name: 'svg',
  type: 'image/svg+xml',
  escape: escapeMarkup,
  check: svgDocument,
  text: (content) => `SVG picture, ${content.length} characters`,
});

/**
 * A formula in LaTeX; without delimiters it is set as one displayed line. As a tag, backslashes need no doubling:
 * `` latex`\frac{1}{${n}}` ``. Values are put in as they are.
 */
export const latex: Markup = markup({
  name: 'latex',
  type: 'text/latex',
  escape: (text) => text,
  raw: true,
  check: (text) => (/\$|\\\(|\\\[|\\begin\b/.test(text) ? text : `$$${text.trim()}$$`),
  text: (content) => content,
});

function markup({ name, type, escape, raw, check, text }: Format): Markup {
  const put = (value: unknown): string => {
    if (value === null || value === undefined) return '';
    if (value instanceof Rich && value.type === type) return String(value.content);
    if (Array.isArray(value)) return value.map(put).join('');
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
      return String(value);
    return escape(typeof value === 'string' ? value : String(value));
  };
  return (first: unknown, ...values: readonly unknown[]): Rich => {
    let content: string;
    if (typeof first === 'string') content = first;
    else if (isTemplate(first)) {
      const strings = raw ? first.raw : first;
      content = strings.map((part, i) => part + (i < values.length ? put(values[i]) : '')).join('');
    } else
      throw new TypeError(
        `${name}: text must be a string, or use it as a tag of a template; it is ${describe(first)}.`,
      );
    const whole = check ? check(content) : content;
    return new Rich(type, whole, text(whole));
  };
}

const isTemplate = (value: unknown): value is TemplateStringsArray =>
  Array.isArray(value) && Array.isArray((value as { raw?: unknown }).raw);

/** Browsers show a picture only where its namespace is named. */
function svgDocument(text: string): string {
  const found = /<svg\b[^>]*/.exec(text);
  if (!found) throw new TypeError(`svg: text must hold an <svg> element; it is ${describe(text)}.`);
  if (/\sxmlns\s*=/.test(found[0])) return text;
  return `${text.slice(0, found.index)}<svg xmlns="http://www.w3.org/2000/svg"${text.slice(found.index + 4)}`;
}

function withoutTags(content: string): string {
  const text = content
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<\/?[a-z][^>]*>/gi, ' ')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
  const plain: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&', nbsp: ' ' };
  return text.replace(/&(lt|gt|quot|#39|amp|nbsp);/g, (entity, name: string) => plain[name] ?? entity);
}
