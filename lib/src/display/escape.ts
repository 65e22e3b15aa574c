const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML or XML shows it, also within a quoted attribute. */
export function escapeMarkup(text: string): string {
  // Control characters and lone surrogates cannot stand in XML at all.
  const fit = text.replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
  return fit.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** Text as Markdown shows it. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|~$^:]/g, (character) => `\\${character}`)
    .replace(/[&<>]/g, (character) => ENTITIES[character] as string);
}
