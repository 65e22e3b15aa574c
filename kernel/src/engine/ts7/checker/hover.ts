import { clean } from './messages.js';

export interface Hover {
  readonly markdown: string;
  readonly plain: string;
}

/** The server's Markdown, and the same as plain text. */
export function readHover(answer: unknown): Hover | undefined {
  const contents = (answer as { contents?: unknown } | null)?.contents;
  const value =
    typeof contents === 'string' ? contents : (contents as { value?: unknown } | undefined)?.value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const markdown = clean(value)
    .replace(/^(```\w*\n)\(alias\) /gm, '$1')
    .replace(/^```tsx?\n/gm, '```typescript\n')
    .trim();
  const plain = markdown
    .replace(/^```\w*\n?/gm, '')
    .replace(/\*(@\w+)\*/g, '$1')
    .replace(/\[([^\]]*)\]\(file:[^)]*\)/g, '$1')
    .replace(/\n{3,}/g, '\n\n');
  return { markdown, plain: plain.trim() };
}
