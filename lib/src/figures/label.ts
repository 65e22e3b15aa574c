/** Characters of a name that a figure shows; the rest is cut off. */
export const LABEL_LENGTH = 80;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  $: '&#36;', // $…$ would be typeset where MathJax is loaded
  '%': '&#37;', // %{…} would be filled in by hover templates
};

// Control characters and lone surrogates are not XML; direction marks could make a name rewrite its neighbours.
const UNFIT = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu;

/**
 * Makes text from outside (a layer's name, a metric's, an event's) fit for a figure: Plotly reads a little HTML (`<b>`, `<a href>`),
 * TeX and templates in its texts, and this escapes all of it. The only way a name reaches a figure.
 * @param text anything; longer than `maxLength` characters, it ends in "…"
 */
export function label(text: string, maxLength: number = LABEL_LENGTH): string {
  const start = text.length > 4 * maxLength ? text.slice(0, 4 * maxLength) : text;
  const clean = start.replace(UNFIT, ' ').replace(/\s+/gu, ' ').trim();
  const characters = Array.from(clean);
  const short = characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : clean;
  return short.replace(/[&<>"'$%]/g, (character) => ENTITIES[character] as string);
}

/** The text that {@link label} escaped, for renderers that take text as it is. */
export function plain(escaped: string): string {
  return escaped.replace(/&(amp|lt|gt|#34|#39|#36|#37);/g, (entity) => DECODED.get(entity) ?? entity);
}

const DECODED = new Map(Object.entries(ENTITIES).map(([character, entity]) => [entity, character]));
