import type * as TS from '@tslab/typescript-for-tslab';
import type { CompletionInfo } from 'tslab/dist/converter.js';
import type { Content } from '../../wire/message.js';
import type { Completion } from '../engine.js';

export function completion(info: CompletionInfo): Completion {
  const kinds = new Map((info.original?.entries ?? []).map((entry) => [entry.name, entry.kind as string]));
  return {
    matches: info.candidates,
    start: info.start,
    end: info.end,
    kinds: info.candidates.map((name) => kinds.get(name) ?? ''),
  };
}

const plain = (parts: readonly TS.SymbolDisplayPart[] | undefined): string =>
  (parts ?? []).map((part) => part.text).join('');

export function quickInfo(info: TS.QuickInfo): Content {
  const signature = plain(info.displayParts);
  const documentation = plain(info.documentation);
  const tags = (info.tags ?? []).map((tag) => ({ name: tag.name, text: plain(tag.text) }));
  const text = [
    signature,
    documentation,
    ...tags.map(({ name, text: body }) => `@${name} ${body}`.trim()),
  ].filter((part) => part !== '');
  const markdown = [
    '```typescript\n' + signature + '\n```',
    documentation,
    ...tags.map(({ name, text: body }) => `*@${name}* ${body}`.trim()),
  ];
  return {
    'text/plain': text.join('\n\n'),
    'text/markdown': markdown.filter((part) => part !== '').join('\n\n'),
  };
}
